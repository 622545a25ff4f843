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

/** Whether it runs a program of this name. */
export function isRunning(pid: number, name: string): boolean {
  return readProcesses().some((each) => each.pid === pid && each.name === name)
}

interface Process {
  readonly pid: number
  readonly parent: number
  readonly name: string
}

function readProcesses(): readonly Process[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => {
      const stat = readStat(entry)
      // The command before it stands in parentheses and may hold anything: `pid (command) state parent …`
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'))
      if (stat === '' || state === 'Z' || state === 'X') return []
      return [{ pid: Number(entry), parent: Number(parent), name }]
    })
}

function readStat(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1')
  } catch {
    return ''
  }
}
