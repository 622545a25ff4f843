import { createInterface } from 'node:readline'
import { identifyServer } from '@turnlog/database/embedded/identify'
import { isIdentityQuestion } from './daemon/identity-question.ts'

// Prepares the embedded database in place of the daemon, which would keep the Postgres driver in memory from then on.
// One question a line, one answer a line, until the daemon closes the input.
for await (const line of createInterface(process.stdin)) {
  const question: unknown = JSON.parse(line)
  if (!isIdentityQuestion(question)) throw new TypeError('Expected a socket folder, a port and a password')
  console.log(JSON.stringify(await identifyServer(question, question.readerPassword)))
}
