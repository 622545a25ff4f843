import { type Connection, type DeadLetter, readDeadLetters } from '@turnlog/database'

/** All dead letters that are not resolved, of all hosts, oldest first. */
export async function* readAllDeadLetters(db: Connection['db']): AsyncGenerator<DeadLetter> {
  let afterId = '0'
  for (;;) {
    const page = await readDeadLetters(db, { afterId })
    yield* page
    const last = page.at(-1)
    if (last === undefined) return
    afterId = last.id
  }
}
