/** What the daemon wants another process to do: prepare the server behind this socket, and ask it who it is. */
export interface IdentityQuestion {
  readonly socketDir: string
  readonly port: number
  readonly readerPassword: string
}

export function isIdentityQuestion(input: unknown): input is IdentityQuestion {
  const question = input as Partial<IdentityQuestion> | null
  return (
    typeof question?.socketDir === 'string' &&
    typeof question.port === 'number' &&
    typeof question.readerPassword === 'string'
  )
}
