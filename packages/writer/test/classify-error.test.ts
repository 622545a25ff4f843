import { expect, test } from 'vitest'
import { classifyError, type Fault, sqlStateOf } from '../src/classify-error.ts'

const databaseError = (code: string): Error => Object.assign(new Error('from the server'), { code, severity: 'ERROR' })
const socketError = (code: string): Error => Object.assign(new Error('from the socket'), { code })

const cases: readonly (readonly [Fault, readonly string[]])[] = [
  ['row', ['22P05', '22P02', '22003', '23505', '23514', '54000', '54001', 'P0001', '44000']],
  ['statement', ['40001', '40P01', '53200', '0A000', 'XX000', 'ZZ999']],
  ['connection', ['57P02']],
  ['server', ['57P01', '57014', '55P03', '57P03', '53100', '53300', '25006', '58030', '08006', '08001']],
  ['configuration', ['42P01', '42703', '42501', '28P01', '28000', '3D000', '3F000', '57P04']],
  ['lease_lost', ['TL001']],
  ['cursor_moved', ['TL002']],
]
test.each(cases)('these SQLSTATEs are the fault of a %s', (fault, codes) => {
  expect(codes.map((code) => [code, classifyError(databaseError(code))])).toEqual(codes.map((code) => [code, fault]))
})

test('a refused connection is the server’s, a broken one may be the statement’s', () => {
  expect(classifyError(socketError('ECONNREFUSED'))).toBe('server')
  expect(classifyError(socketError('ECONNRESET'))).toBe('connection')
  expect(classifyError(socketError('EPIPE'))).toBe('connection')
  expect(classifyError(socketError('ENOTFOUND'))).toBe('configuration')
})

test('the driver’s own words are understood', () => {
  expect(classifyError(new Error('Connection terminated unexpectedly'))).toBe('connection')
  expect(classifyError(new Error('Client has encountered a connection error and is not queryable'))).toBe('connection')
  expect(classifyError(new Error('timeout exceeded when trying to connect'))).toBe('server')
  expect(classifyError(new Error('Connection terminated due to connection timeout'))).toBe('server')
})

test('what nobody knows is tried again, with care', () => {
  expect([classifyError('a string'), classifyError(undefined), classifyError(new RangeError('too long'))]).toEqual([
    'statement',
    'statement',
    'statement',
  ])
})

test('a socket error of five letters is no SQLSTATE', () => {
  expect(sqlStateOf(socketError('EPIPE'))).toBeNull()
  expect(sqlStateOf(databaseError('23505'))).toBe('23505')
})
