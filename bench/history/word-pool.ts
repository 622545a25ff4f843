import { Random } from './random.ts'

const POOL_LENGTH = 4 * 1024 * 1024
const WORDS =
  'the of and to in is that for it as with on be at by this file test error line value function return const await import export type string number null true false row cursor batch segment watcher writer database offset réécrire größer → naïve'.split(
    ' ',
  )

/** Text to cut pieces from: words, punctuation, quotes, tabs and line breaks, as in prose and in the output of tools. */
export class WordPool {
  readonly #prose: string
  readonly #base64: string
  readonly #random: Random

  constructor(random: Random) {
    this.#random = random
    this.#prose = createProse(new Random(1))
    this.#base64 = Buffer.from(this.#prose.slice(0, 750_000)).toString('base64')
  }

  text(length: number): string {
    const from = this.#random.below(POOL_LENGTH - length)
    return this.#prose.slice(from, from + length)
  }

  /** The same as a JSON string with its quotes. */
  json(length: number): string {
    return JSON.stringify(this.text(length))
  }

  base64(length: number): string {
    return this.#base64.slice(0, length)
  }
}

function createProse(random: Random): string {
  const parts: string[] = []
  for (let length = 0; length < POOL_LENGTH; ) {
    const word = `${WORDS[random.below(WORDS.length)]}${createGap(random)}`
    parts.push(word)
    length += word.length
  }
  return parts.join('').slice(0, POOL_LENGTH)
}

function createGap(random: Random): string {
  const draw = random.next()
  if (draw < 0.04) return '\n'
  if (draw < 0.05) return '\n\t'
  if (draw < 0.07) return ' "'
  return draw < 0.12 ? ', ' : ' '
}
