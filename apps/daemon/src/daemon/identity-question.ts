/** What the daemon wants to be asked: who is the server on this port, to somebody with this password? */
export interface IdentityQuestion {
  readonly port: number
  readonly password: string
}

export function isIdentityQuestion(input: unknown): input is IdentityQuestion {
  const question = input as Partial<IdentityQuestion> | null
  return typeof question?.port === 'number' && typeof question.password === 'string'
}
