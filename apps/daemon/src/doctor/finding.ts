export type FindingLevel = 'ok' | 'warn' | 'fail'

/** What the doctor has to say about one thing. */
export interface Finding {
  /** The thing: `Database`. */
  readonly about: string
  readonly level: FindingLevel
  /** What is the case, in a plain sentence. */
  readonly what: string
  /** What follows from it; null where that is plain. */
  readonly why: string | null
  /** What to do about it; null where there is nothing to do. */
  readonly advice: string | null
}

export function ok(about: string, what: string): Finding {
  return { about, level: 'ok', what, why: null, advice: null }
}

interface Trouble {
  readonly what: string
  readonly why?: string
  readonly advice: string
}

export function warn(about: string, { what, why, advice }: Trouble): Finding {
  return { about, level: 'warn', what, why: why ?? null, advice }
}

export function fail(about: string, { what, why, advice }: Trouble): Finding {
  return { about, level: 'fail', what, why: why ?? null, advice }
}
