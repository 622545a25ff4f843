import type { ContentfulStatusCode } from 'hono/utils/http-status'

/** An error that a client is told about: a name to branch on, what is wrong, and what to do about it. */
export class ApiError extends Error {
  readonly status: ContentfulStatusCode
  readonly nextStep: string
  constructor(status: ContentfulStatusCode, name: string, message: string, nextStep: string) {
    super(message)
    this.name = name
    this.status = status
    this.nextStep = nextStep
  }
}

/** The body of every answer that is not what was asked for. */
export interface ErrorBody {
  readonly error: { readonly name: string; readonly message: string; readonly next_step: string }
}

export function toErrorBody({ name, message, nextStep }: ApiError): ErrorBody {
  return { error: { name, message, next_step: nextStep } }
}
