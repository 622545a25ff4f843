import { connect, type Socket } from 'node:net'
import { type DaemonAnswer, type DaemonRequest, parseDaemonAnswer } from './control-protocol.ts'
import { controlSocketPath, findForeignFolder } from './control-socket-path.ts'

/** `absent`: no daemon runs on the state directory. `silent`: one seems to, and could not be asked. */
export type DaemonReply =
  | { readonly kind: 'answered'; readonly answer: DaemonAnswer }
  | { readonly kind: 'absent' }
  | { readonly kind: 'silent'; readonly problem: string }

export interface AskDaemonOptions {
  /**
   * How long to wait for the answer, in milliseconds.
   *
   * @default 1000
   */
  readonly timeoutMs?: number
  /** Waits until the daemon has closed the connection, which after `stop` it does with its end. @default false */
  readonly untilClosed?: boolean
}

/** Asks the daemon of a state directory through its control socket. Never throws and never waits for long. */
export function askDaemon(
  stateDir: string,
  request: DaemonRequest,
  { timeoutMs = 1_000, untilClosed = false }: AskDaemonOptions = {},
): Promise<DaemonReply> {
  const problem = findForeignFolder(stateDir)
  if (problem !== null) return Promise.resolve({ kind: 'silent', problem })
  return converse(connect(controlSocketPath(stateDir)), request, timeoutMs, untilClosed)
}

function converse(
  socket: Socket,
  request: DaemonRequest,
  timeoutMs: number,
  untilClosed: boolean,
): Promise<DaemonReply> {
  const { promise, resolve } = Promise.withResolvers<DaemonReply>()
  let received = ''
  let failure: NodeJS.ErrnoException | null = null
  const timer = setTimeout(() => {
    failure = new Error(`it did not answer within ${timeoutMs} ms`)
    socket.destroy()
  }, timeoutMs)
  socket.setEncoding('utf8')
  socket.on('error', (error) => (failure = error))
  socket.on('data', (text) => {
    received += text
    if (!untilClosed && received.includes('\n')) socket.end()
  })
  socket.on('close', () => {
    clearTimeout(timer)
    resolve(toReply(received, failure))
  })
  socket.write(`${JSON.stringify(request)}\n`)
  return promise
}

function toReply(received: string, failure: NodeJS.ErrnoException | null): DaemonReply {
  const end = received.indexOf('\n')
  const answer = end === -1 ? null : parseDaemonAnswer(received.slice(0, end))
  // After a stop, how the connection ends says nothing: the daemon is on its way out.
  if (answer !== null && (failure === null || failure.code !== undefined)) return { kind: 'answered', answer }
  // Nobody listens on the file of a daemon that was killed.
  if (failure?.code === 'ENOENT' || failure?.code === 'ECONNREFUSED') return { kind: 'absent' }
  if (failure?.code === 'ENOTDIR') return { kind: 'absent' }
  return { kind: 'silent', problem: failure?.message ?? 'it answered nothing that makes sense' }
}
