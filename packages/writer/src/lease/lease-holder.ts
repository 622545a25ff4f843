/** Who holds a lease. */
export interface LeaseHolder {
  /** The random id of the holder's state directory, stored in a file inside it. */
  readonly stateDirectoryId: string
  /** One run of a process, for people, e.g. `process 4242 on laptop`. */
  readonly instance: string
}

/** As the column `holder` has it: `<state directory id>/<instance>`. */
export function formatHolder({ stateDirectoryId, instance }: LeaseHolder): string {
  return `${stateDirectoryId}/${instance}`
}

export function parseHolder(text: string): LeaseHolder {
  const at = text.indexOf('/')
  return at < 0
    ? { stateDirectoryId: '', instance: text }
    : { stateDirectoryId: text.slice(0, at), instance: text.slice(at + 1) }
}
