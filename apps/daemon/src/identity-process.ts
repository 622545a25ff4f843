import { createInterface } from 'node:readline'
import { identifyServer } from '@turnlog/database/embedded/identify'
import { isIdentityQuestion } from './daemon/identity-question.ts'

// Asks the embedded database who it is, in place of the daemon, which would keep the Postgres driver in memory for ever.
// A question a line, an answer a line, until there is nobody who asks.
for await (const line of createInterface(process.stdin)) {
  const question: unknown = JSON.parse(line)
  if (!isIdentityQuestion(question)) throw new TypeError('Expected a port and a password')
  console.log(JSON.stringify(await identifyServer(question.port, question.password)))
}
