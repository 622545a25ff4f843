import { toError } from '../delivery/classify-error.ts'

/** The statements of a batch transaction, in their order. Which of them failed decides what a failure means. */
export type BatchStep =
  | 'begin'
  | 'lease'
  | 'cursors'
  | 'skipped_ranges'
  | 'events'
  | 'probe'
  | 'dead_letters'
  | 'commit'

/** A statement of a batch transaction failed; `cause` is what the database or the connection said. */
export class BatchStepError extends Error {
  readonly step: BatchStep
  override readonly cause: Error
  constructor(step: BatchStep, cause: Error) {
    super(`The step ${step} of a batch failed: ${cause.message}`, { cause })
    this.name = 'BatchStepError'
    this.step = step
    this.cause = cause
  }
}

/** Names the step in the error that a statement fails with. Errors that have a name already keep it. */
export async function atStep<Result>(step: BatchStep, statement: Promise<Result>): Promise<Result> {
  try {
    return await statement
  } catch (error) {
    if (error instanceof BatchStepError || error instanceof LeaseLostError || error instanceof CursorMovedError) {
      throw error
    }
    throw new BatchStepError(step, toError(error))
  }
}

/** The lease of this writer belongs to another owner. */
export class LeaseLostError extends Error {
  constructor(name: string) {
    super(`The lease ${name} belongs to another owner`)
    this.name = 'LeaseLostError'
  }
}

/** The cursor of a file is not at the offset from which the batch was read. */
export class CursorMovedError extends Error {
  constructor() {
    super('A cursor is not where this batch expects it')
    this.name = 'CursorMovedError'
  }
}

/** What the database or the connection said, without the name of the step. */
export function causeOf(thrown: unknown): Error {
  return thrown instanceof BatchStepError ? thrown.cause : toError(thrown)
}
