// Tells whether dist/ was built from the sources as they are now. Runs at every start, so it only looks at the names,
// sizes and times of the files.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../../', import.meta.url))
export const stampFile = fileURLToPath(new URL('../dist/.sources', import.meta.url))

const NOT_SOURCES = new Set(['node_modules', 'dist', 'test', 'bin'])

/** The stamp says what the sources looked like. Newer or older makes no difference: other sources, other build. */
export function isBuildFresh() {
  try {
    return readFileSync(stampFile, 'utf8') === describeSources()
  } catch (error) {
    if (error.code === 'ENOENT') return false
    throw error
  }
}

/** A line for each file that the build may depend on: name, size, time of the last change. */
export function describeSources() {
  const projects = ['packages', 'apps'].flatMap((folder) => list(folder).map(({ name }) => `${folder}/${name}`))
  return ['pnpm-lock.yaml', ...projects.flatMap(filesBelow)].map(describeFile).join('')
}

function filesBelow(folder) {
  const entries = list(folder).filter(({ name }) => !name.startsWith('.') && !NOT_SOURCES.has(name))
  return entries.flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    return entry.isDirectory() ? filesBelow(path) : [path]
  })
}

function list(folder) {
  return readdirSync(root + folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
}

function describeFile(path) {
  const { size, mtimeMs } = statSync(root + path, { throwIfNoEntry: false }) ?? {}
  return `${path} ${size} ${mtimeMs}\n`
}
