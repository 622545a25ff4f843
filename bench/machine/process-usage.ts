import { readdirSync, readFileSync } from 'node:fs'

/** What a process has used so far, as the kernel counts it. */
export interface ProcessUsage {
  /** User and system time, in seconds; the kernel counts in hundredths. */
  readonly cpuSeconds: number
  readonly residentBytes: number
  /** The most memory that it ever had. */
  readonly peakBytes: number
  readonly openFiles: number
}

const TICKS_A_SECOND = 100

export function readUsage(pid: number): ProcessUsage {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name, in parentheses, may hold spaces; the fields after it are numbered from 3.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const kilobytes = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) * 1024
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND,
    residentBytes: kilobytes('VmRSS'),
    peakBytes: kilobytes('VmHWM'),
    openFiles: readdirSync(`/proc/${pid}/fd`).length,
  }
}

/** Descendants included, as far as they live: a server and its backends. */
export function readCpuOfTree(pid: number): number {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number),
  )
  return children.reduce((sum, child) => sum + cpuOfLiving(child), readUsage(pid).cpuSeconds)
}

function cpuOfLiving(pid: number): number {
  try {
    return readCpuOfTree(pid)
  } catch {
    return 0
  }
}
