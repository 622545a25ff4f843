import { spawnSync } from 'node:child_process'
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export const root = join(import.meta.dirname, '../../..')
const turbo = join(root, 'node_modules/.bin/turbo')

/** Runs `turbo boundaries` in a folder; answers whether all is well, and all that was said. */
export function checkBoundaries(cwd: string): { readonly ok: boolean; readonly output: string } {
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', NO_COLOR: '1' }
  const { status, stdout, stderr, error } = spawnSync(turbo, ['boundaries'], { cwd, env, encoding: 'utf8' })
  if (error) throw error
  return { ok: status === 0, output: stdout + stderr }
}

/** The projects whose settings say that one of them imports what it may not. */
export function forbiddenDependencies(output: string): readonly string[] {
  const findings = output.replaceAll(/\s*\n\s*\|\s*/g, ' ').matchAll(/Package `([^`]+)` found without any tag/g)
  return [...new Set([...findings].map(([, name]) => name ?? ''))].sort()
}

/** The projects of the workspace, by name, each with its folder. */
export function workspaceProjects(): ReadonlyMap<string, string> {
  const manifests = globSync('{packages,apps}/*/package.json', { cwd: root })
  return new Map(manifests.map((path) => [JSON.parse(readFileSync(join(root, path), 'utf8')).name, dirname(path)]))
}

/** A copy of the workspace with its settings, and no sources but those that the test adds. */
export function workspaceCopy() {
  const dir = mkdtempSync(join(tmpdir(), 'turnlog-workspace-'))
  const files = globSync(['*.{json,yaml}', '{packages,apps}/*/{package,turbo}.json'], { cwd: root })
  for (const file of files) cpSync(join(root, file), join(dir, file), { recursive: true })
  return {
    dir,
    addDependencies(folder: string, names: readonly string[]): void {
      const path = join(dir, folder, 'package.json')
      const manifest = JSON.parse(readFileSync(path, 'utf8'))
      const dependencies = Object.fromEntries(names.map((name) => [name, 'workspace:*']))
      writeFileSync(path, JSON.stringify({ ...manifest, dependencies }))
    },
    addSource: (path: string, text: string) => writeFileSync(join(dir, path), text),
    [Symbol.dispose]: () => rmSync(dir, { recursive: true }),
  }
}
