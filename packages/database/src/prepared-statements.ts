import { createHash } from 'node:crypto'

/** How a statement says that it is worth a plan of its own. To everybody else it is a comment. */
const MARK = '/* prepared */'

/**
 * Marks a statement that is executed again and again: it is parsed and planned once for each connection, and only
 * executed from then on. To be used where the plan does not depend on the parameters, nor on how large tables are.
 */
export function asPrepared(text: string): string {
  return `${MARK} ${text}`
}

type Run = (query: { readonly text: string; readonly values: unknown; readonly name?: string }) => Promise<unknown>

/**
 * What says that a named statement cannot be executed, before anything of it was: the server does not know it, knows it
 * already, or has another type for its result. The first two come from a pooler that changes the connection behind the
 * client's back.
 */
const USELESS = new Set(['26000', '42P05', '0A000'])

/** The prepared statements of a pool: which there are, and whether they are of use with this server at all. */
export class PreparedStatements {
  readonly #names = new Map<string, string>()
  #isUseful = true

  /** Whether a query is one that {@link run} takes. */
  covers(text: unknown): text is string {
    return this.#isUseful && typeof text === 'string' && text.startsWith(MARK)
  }

  /** Executes a statement by name; without one, from then on, where names are of no use. */
  async run(text: string, values: unknown, run: Run): Promise<unknown> {
    try {
      return await run({ text, values, name: this.#toName(text) })
    } catch (error) {
      if (!USELESS.has(String((error as { readonly code?: unknown }).code))) throw error
      this.#isUseful = false
      return run({ text, values })
    }
  }

  /** The same name is the same text, also where several programs share connections through a pooler. */
  #toName(text: string): string {
    let name = this.#names.get(text)
    if (name === undefined) {
      name = `turnlog_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`
      this.#names.set(text, name)
    }
    return name
  }
}
