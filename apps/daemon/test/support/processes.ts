import { readdirSync, readFileSync } from 'node:fs'

/** The processes below another one, at any depth; zombies are none. Linux. */
export function descendantsOf(pid: number): readonly number[] {
  const parents = new Map(readProcesses().map((each) => [each.pid, each.parent]))
  const isBelow = (each: number): boolean => {
    const parent = parents.get(each)
    return parent !== undefined && (parent === pid || isBelow(parent))
  }
  return [...parents.keys()].filter(isBelow)
}

export function isAlive(pid: number): boolean {
  return readProcesses().some((each) => each.pid === pid)
}

/** The name of a process' program. */
export function nameOf(pid: number): string {
  return readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
}

function readProcesses(): readonly { readonly pid: number; readonly parent: number }[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => {
      const stat = readStat(entry)
      // The command before it stands in parentheses and may hold anything: `pid (command) state parent …`
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return stat === '' || state === 'Z' || state === 'X' ? [] : [{ pid: Number(entry), parent: Number(parent) }]
    })
}

function readStat(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1')
  } catch {
    return ''
  }
}
