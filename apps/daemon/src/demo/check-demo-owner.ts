import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { type DemoPlace, MARK } from './demo-place.ts'

/** A demo is neither used nor removed, because another account made it, or can put something into it. */
export class ForeignDemoError extends Error {
  readonly path: string
  constructor(path: string, problem: string) {
    super(`The demo is left alone, because ${path} ${problem}. Look at it, and remove it by hand.`)
    this.name = 'ForeignDemoError'
    this.path = path
  }
}

/** @throws ForeignDemoError if another account made any part of a demo's place. */
export function checkDemoOwner({ folder, stateDir }: DemoPlace): void {
  for (const path of [folder, join(folder, MARK), stateDir]) check(path)
}

function check(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found === undefined) return
  if (found.uid !== process.getuid?.())
    throw new ForeignDemoError(path, `belongs to another account (uid ${found.uid})`)
  if (found.isSymbolicLink()) throw new ForeignDemoError(path, 'is a link')
  if ((found.mode & 0o022) !== 0) throw new ForeignDemoError(path, 'can be changed by other accounts')
}
