import { expect, test } from 'vitest'
import { canAccuseRow, classifyError, type Fault, needsRepair, sqlStateOf } from '../src/delivery/classify-error.ts'

const databaseError = (code: string, severity = 'ERROR'): Error =>
  Object.assign(new Error('from the server'), { code, severity })
const socketError = (code: string): Error => Object.assign(new Error('from the socket'), { code })

const cases: readonly (readonly [Fault, readonly string[]])[] = [
  ['content', ['22P05', '22P02', '22003', '23505', '23514', '54000', '54001', 'P0001', '44000']],
  ['transient', ['40001', '40P01', '53100', '53200', '53300', '55P03', '57014', '57P01', '57P03', '25006', '08006']],
  ['permanent', ['42P01', '42703', '42501', '3F000', '0A000']],
  ['server', ['28P01', '28000', '3D000', '57P04', '58030', 'XX000', 'XX001']],
]
test.each(cases)('these SQLSTATEs are a fault of the kind %s', (fault, codes) => {
  expect(codes.map((code) => [code, classifyError(databaseError(code))])).toEqual(codes.map((code) => [code, fault]))
})

test('a socket error or a fatal error is a lost connection; an unknown host needs a person', () => {
  expect(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOENT'].map((code) => classifyError(socketError(code)))).toEqual(
    Array(4).fill('connection'),
  )
  expect(classifyError(databaseError('57P01', 'FATAL'))).toBe('connection')
  expect(classifyError(databaseError('28P01', 'FATAL'))).toBe('server')
  expect(classifyError(socketError('ENOTFOUND'))).toBe('server')
})

test('an unknown error is tried again', () => {
  expect([classifyError('a string'), classifyError(undefined), classifyError(databaseError('ZZ999'))]).toEqual([
    'connection',
    'connection',
    'transient',
  ])
})

test('only an error that leaves the connection open can accuse a row, whatever its SQLSTATE', () => {
  expect(
    ['22003', '40001', '57014', '57P01', '53100', '42501'].map((code) => canAccuseRow(databaseError(code))),
  ).toEqual(Array(6).fill(true))
  expect(canAccuseRow(databaseError('57P01', 'FATAL'))).toBe(false)
  expect(canAccuseRow(socketError('ECONNRESET'))).toBe(false)
  expect(canAccuseRow(databaseError('XX000'))).toBe(false)
})

test('a person has to repair what does not pass by itself', () => {
  expect(['42P01', '28P01', 'P0001', '3D000'].map((code) => needsRepair(databaseError(code)))).toEqual(
    Array(4).fill(true),
  )
  expect(['53100', '57P01', '58030'].map((code) => needsRepair(databaseError(code)))).toEqual(Array(3).fill(false))
})

test('a socket error of five letters is no SQLSTATE', () => {
  expect(sqlStateOf(socketError('EPIPE'))).toBeNull()
  expect(sqlStateOf(databaseError('23505'))).toBe('23505')
})
