#!/usr/bin/env node
// Starts turnlog: builds it when its sources have changed, then runs it in this same process. Plain JavaScript, and
// old-fashioned at the top, so that an old Node can still read what is wrong with it.
import module from 'node:module'
import { fileURLToPath } from 'node:url'

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 24 || (major === 24 && minor < 12)) {
  // Within a script of pnpm this means that turnlog's own Node is missing, because the installation did not get that far.
  const isScript = process.env.npm_lifecycle_event !== undefined
  console.error(
    `turnlog needs Node 24.12 or newer, and this is ${process.versions.node} (${process.execPath}).\n` +
      (isScript
        ? 'It brings a Node of its own, which is not installed. See what is in the way with: npx pnpm@12 install'
        : 'Start it through pnpm, which runs it on a Node of its own: npx pnpm@12 turnlog help'),
  )
  process.exit(1)
}

const { isBuildFresh } = await import('./sources.js')
if (!isBuildFresh()) await (await import('./build.js')).build()

// Compiled code is kept next to the packages. The variable hands it on to the processes that turnlog starts.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url))
module.enableCompileCache(process.env.NODE_COMPILE_CACHE)
await import('../dist/turnlog.js')
