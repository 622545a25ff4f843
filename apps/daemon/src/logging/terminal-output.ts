import { styleText } from 'node:util'
import { cutToWidth } from '../terminal/cut-to-width.ts'
import { toPrintableLine } from '../terminal/to-printable.ts'
import type { LogOutput } from './log-output.ts'

const CLEAR_LINE = '\r\u001b[2K'
const WARN = 40
const ERROR = 50

/** Calm lines for a person at a terminal, with one progress line below them. */
export function createTerminalOutput(stream: NodeJS.WriteStream): LogOutput {
  const isTerminal = stream.isTTY === true
  let progress: string | null = null
  const draw = (): string => (progress === null ? '' : cutToWidth(progress, (stream.columns ?? 80) - 1))
  return {
    write(lines) {
      const text = lines
        .split('\n')
        .filter(Boolean)
        .map((line) => `${formatLine(line, isTerminal)}\n`)
        .join('')
      stream.write(progress === null ? text : `${CLEAR_LINE}${text}${draw()}`)
    },
    showProgress(text) {
      if (!isTerminal || text === progress) return
      progress = text
      stream.write(`${CLEAR_LINE}${draw()}`)
    },
  }
}

/**
 * One line of the log as a sentence: when, and what. What is not well stands out. The facts beside it, such as stack
 * traces, are in the JSON form of the log; the sentence has the cause.
 */
export function formatLine(line: string, colour: boolean): string {
  const { level, time, msg } = parse(line)
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    colour ? styleText(style, text, { validateStream: false }) : text
  const clock = paint('dim', new Date(time).toTimeString().slice(0, 8))
  const words = toPrintableLine(msg)
  if (level >= ERROR) return `${clock}  ${paint('red', `✗ ${words}`)}`
  return level >= WARN ? `${clock}  ${paint('yellow', `! ${words}`)}` : `${clock}  ${words}`
}

/** A line that is no line of the log is shown as it is. */
function parse(line: string): { readonly level: number; readonly time: string | number; readonly msg: string } {
  try {
    const { level = 0, time = Date.now(), msg = line } = JSON.parse(line)
    return { level: Number(level), time, msg: String(msg) }
  } catch {
    return { level: 0, time: Date.now(), msg: line }
  }
}
