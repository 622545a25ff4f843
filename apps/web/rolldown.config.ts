import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'rolldown'

/** The live page: one script, one style sheet, both named by their content, so that a browser may keep them for ever. */
export default defineConfig({
  cwd: import.meta.dirname,
  input: { page: 'client/main.tsx' },
  platform: 'browser',
  plugins: [servePage()],
  output: {
    dir: 'dist/client',
    cleanDir: true,
    format: 'esm',
    minify: true,
    entryFileNames: 'assets/[name]-[hash].js',
  },
})

/** Adds what a browser needs around the script. */
function servePage(): Plugin {
  return {
    name: 'page',
    generateBundle(_, bundle) {
      const script = Object.values(bundle).find((output) => output.type === 'chunk' && output.isEntry)
      if (script === undefined) throw new Error('The page has no script')
      const css = read(import.meta.resolve('uplot/dist/uPlot.min.css')) + read(client('styles/page.css'))
      const style = `assets/page-${createHash('sha256').update(css).digest('hex').slice(0, 8)}.css`
      const html = read(client('index.html')).replace('%SCRIPT%', `/${script.fileName}`).replace('%STYLE%', `/${style}`)
      const files = { [style]: css, 'index.html': html, 'favicon.svg': read(client('favicon.svg')) }
      for (const [fileName, source] of Object.entries(files)) this.emitFile({ type: 'asset', fileName, source })
    },
  }
}

function client(path: string): string {
  return new URL(`client/${path}`, import.meta.url).href
}

function read(url: string): string {
  return readFileSync(fileURLToPath(url), 'utf8')
}
