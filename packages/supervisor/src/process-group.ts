import { readdirSync, readFileSync } from 'node:fs'

/** Sends a signal to every process of a group; false when there was none to take it. */
export function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, signal)
    return true
  } catch {
    return false
  }
}

/**
 * Whether anything in the group still runs. A signal also reaches zombies, and where nobody reaps orphans they stay for
 * ever; Linux lets us tell them apart.
 */
export function isGroupAlive(group: number): boolean {
  if (!signalGroup(group, 0)) return false
  return process.platform !== 'linux' || hasLivingMember(group)
}

function hasLivingMember(group: number): boolean {
  return readdirSync('/proc').some((entry) => {
    if (!/^\d+$/.test(entry)) return false
    const stat = readStat(entry)
    // The command before it stands in parentheses and may hold anything: `pid (command) state parent group …`
    const [state, , itsGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return Number(itsGroup) === group && state !== 'Z' && state !== 'X'
  })
}

function readStat(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1')
  } catch {
    return ''
  }
}
