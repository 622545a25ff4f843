import type { ErrorBody } from '../../src/api/api-error.ts'

export type Query = Readonly<Record<string, string | null | undefined>>

/** What went wrong, for people: the sentence of the server, or that it could not be asked. */
export class AnswerError extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.name = 'AnswerError'
    this.status = status
  }
}

/** @throws AnswerError for everything but an answer of the kind that was asked for */
export async function getJson<Answer>(path: string, query: Query = {}, signal?: AbortSignal): Promise<Answer> {
  const given = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]))
  const search = given.length > 0 ? `?${new URLSearchParams(given)}` : ''
  const response = await ask(`${path}${search}`, signal)
  // Health tells of a service that is down with 503, and in the body how.
  if (response.ok || path === '/health') return (await response.json()) as Answer
  const body = (await response.json().catch(() => null)) as ErrorBody | null
  const { message, next_step } = body?.error ?? { message: `The server answered ${response.status}.`, next_step: '' }
  throw new AnswerError(response.status, `${message} ${next_step}`.trim())
}

async function ask(url: string, signal?: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, signal ? { signal } : {})
  } catch (error) {
    if (signal?.aborted) throw error
    throw new AnswerError(0, 'The web server does not answer.')
  }
}

/** For showing. */
export function toMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
