import { readFileSync } from 'node:fs'

/** A process, by what it is called and by who started it. */
interface Ancestor {
  readonly pid: number
  readonly name: string
  readonly parent: number
}

/** npx, the shell of it, pnpm, the shell of the script; twice that is more than anybody has. */
const MOST_ANCESTORS = 8
const LOOK_EVERY_MS = 500
const PACKAGE_MANAGER = /^(npm|npx|pnpm|pnpx)\b/
/** What stands between a package manager and the script that it runs. */
const SHELL = /^(sh|ash|bash|dash|zsh)$/

/**
 * Calls back once the package manager that started this process is gone, or a shell between the two. Neither npx nor
 * pnpm hands a SIGTERM on to the script that it runs, which has a process group of its own: without this, whoever ends
 * them would leave turnlog running without knowing. Whoever started the package manager may go; `nohup` and `&` work.
 *
 * Only where /proc tells who started whom; elsewhere, and started without a package manager, it does nothing.
 */
export function followPackageManager(onGone: (name: string) => void): void {
  const line = lineOfDescent()
  const eldest = line.at(-1)
  if (eldest === undefined) return
  const looking = setInterval(() => {
    if (line.every(({ pid, parent }) => pid === eldest.pid || lookUp(pid)?.parent === parent) && lookUp(eldest.pid))
      return
    clearInterval(looking)
    onGone(eldest.name)
  }, LOOK_EVERY_MS)
  looking.unref()
}

/** This process and the shells and package managers right above it, up to the topmost of these; empty if none is. */
function lineOfDescent(): readonly Ancestor[] {
  const line: Ancestor[] = []
  for (let next = lookUp(process.pid); next !== null && line.length < MOST_ANCESTORS; next = lookUp(next.parent)) {
    if (line.length > 0 && !SHELL.test(next.name) && !PACKAGE_MANAGER.test(next.name)) break
    line.push(next)
  }
  return line.slice(0, line.findLastIndex(({ name }) => PACKAGE_MANAGER.test(name)) + 1)
}

function lookUp(pid: number): Ancestor | null {
  try {
    // proc_pid_stat(5): the name stands in brackets and can hold any character, brackets as well.
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const end = stat.lastIndexOf(')')
    return { pid, name: stat.slice(stat.indexOf('(') + 1, end), parent: Number(stat.slice(end + 2).split(' ')[1]) }
  } catch {
    return null
  }
}
