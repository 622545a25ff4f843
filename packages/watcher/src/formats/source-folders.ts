import { resolve } from 'node:path'
import type { TranscriptSource } from '../watcher-options.ts'
import { formatOf } from './index.ts'

/** A folder that belongs to a source, and whether anybody would miss it. */
export interface SourceFolder extends TranscriptSource {
  /** The agent makes it when it first needs it: that it is not there says nothing. */
  readonly isOptional: boolean
}

/** All folders of a source: its own, and those beside it to which the agent moves transcripts. */
export function sourceFolders({ agent, path }: TranscriptSource): readonly SourceFolder[] {
  const root = resolve(path)
  const others = formatOf(agent).foldersBeside?.(root) ?? []
  return [
    { agent, path: root, isOptional: false },
    ...others.map((other) => ({ agent, path: other, isOptional: true })),
  ]
}
