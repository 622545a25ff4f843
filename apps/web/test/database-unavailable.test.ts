import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { createErrorHandler } from '../src/api/handle-error.ts'
import { toUnavailable } from '../src/database/database-unavailable-error.ts'
import { LogDatabase } from '../src/database/log-database.ts'

async function answerTo(error: Error): Promise<{ readonly status: number; readonly errors: readonly object[] }> {
  const errors: object[] = []
  const log = { info: () => {}, warn: () => {}, error: (facts: object) => void errors.push(facts) }
  // Nothing is connected: the query fails before it needs that.
  await using database = new LogDatabase({ url: 'postgres://127.0.0.1:1/none', stateDir: '/nowhere', poolSize: 1 })
  const app = new Hono().get('/', () => database.use(() => Promise.reject(error)))
  app.onError(createErrorHandler(log))
  const { status } = await app.request('/')
  return { status, errors }
}

function fromServer(code: string, severity = 'ERROR'): Error {
  return Object.assign(new Error('the server said so'), { code, severity })
}

function fromSocket(code: string, syscall = 'connect'): Error {
  return Object.assign(new Error(`${syscall} ${code}`), { code, syscall })
}

test.for([
  ['a connection that is refused', fromSocket('ECONNREFUSED')],
  ['a connection that breaks', fromSocket('ECONNRESET', 'read')],
  ['a Unix socket that is not there', fromSocket('ENOENT')],
  ['a name that is not found', fromSocket('ENOTFOUND', 'getaddrinfo')],
  ['a connection that the driver lost', new Error('Connection terminated unexpectedly')],
  ['a connection that takes too long', new Error('timeout exceeded when trying to connect')],
  ['a statement without an answer', new Error('The database did not answer a statement within 10 ms')],
  ['a pool that was replaced meanwhile', new Error('driver has already been destroyed')],
  ['a server that is starting', fromServer('57P03', 'FATAL')],
  ['a wrong password', fromServer('28P01', 'FATAL')],
  ['tables that are not there yet', fromServer('42P01')],
] as const)('%s is answered with 503, and is nothing to log', async ([, error]) => {
  expect(await answerTo(error)).toEqual({ status: 503, errors: [] })
})

test.for([
  ['a mistake in the program', new TypeError("Cannot read properties of undefined (reading 'rows')")],
  ['an error with a code of its own', Object.assign(new Error('bad argument'), { code: 'ERR_INVALID_ARG_TYPE' })],
  ['a file that is not there', fromSocket('ENOENT', 'open')],
  ['a statement that is wrong', fromServer('42703')],
  ['an error inside the server', fromServer('XX000')],
] as const)('%s is answered with 500, and is in the log', async ([, error]) => {
  expect(await answerTo(error)).toEqual({ status: 500, errors: [{ err: error, path: '/' }] })
})

test('what is thrown may be anything', () => {
  expect(toUnavailable(undefined)).toBeUndefined()
  expect(toUnavailable('so')).toBe('so')
})
