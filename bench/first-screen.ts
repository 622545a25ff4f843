/**
 * How soon the page shows something useful after `turnlog start`, while a history is being imported.
 *
 *   node bench/first-screen.ts [megabytes] [files]
 *
 * Needs Chromium, as the browser tests of `apps/web` do. Build first (`turnlog start` would, and that is not measured).
 */
import { appendFileSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Browser, openBrowser } from '../apps/web/test/browser/support/browser.ts'
import { Daemon } from '../apps/web/test/browser/support/daemon.ts'
import { writeHistory } from './history/write-history.ts'

const [megabytes = '400', files = '1500'] = process.argv.slice(2)
type Page = Awaited<ReturnType<Browser['context']['newPage']>>

const PROBES = 10
const LONGEST_IMPORT_MS = 300_000

await using daemon = new Daemon()
const history = writeHistory({ home: daemon.home, bytes: Number(megabytes) * 1e6, files: Number(files) })
console.log(`history: ${(history.bytes / 1e6).toFixed(0)} MB, ${history.paths.length} files, ${history.lines} lines`)
await using browser = await openBrowser()
const page = await browser.context.newPage()

const begin = performance.now()
const url = await daemon.start()
tell('the page can be opened')
await page.goto(url)
await page.locator('.bar').waitFor()
tell('the page is there')
await page.locator('.rows li').first().waitFor({ timeout: LONGEST_IMPORT_MS })
tell('first sessions')
await page
  .locator('.import')
  .waitFor({ timeout: 10_000 })
  .then(
    () => tell('import bar'),
    () => console.log('no import bar: it was over before'),
  )
const first = (await page.locator('.rows li').first().textContent()) ?? ''
const share = Number(await page.evaluate(`document.querySelector('progress')?.value ?? 1`))
console.log(`  shown at ${(share * 100).toFixed(0)} % of the import: ${first.replaceAll(/\s+/g, ' ').slice(0, 100)}`)
await page.screenshot({ path: join(process.env.SCREENSHOTS ?? daemon.folder, 'first-screen.png') })
const during = await measureLive(page, PROBES)
await page.locator('.import').waitFor({ state: 'detached', timeout: LONGEST_IMPORT_MS })
tell('history is imported')
await page.locator('.pill.live').waitFor()
tell('live')
const after = await measureLive(page, PROBES)
console.log(`line written → shown, while importing: ${describe(during)}`)
console.log(`line written → shown, afterwards:      ${describe(after)}`)

function tell(what: string): void {
  console.log(`${((performance.now() - begin) / 1000).toFixed(2).padStart(8)} s  ${what}`)
}

/** Writes turns into a session, and waits for each on the list of sessions. */
async function measureLive(page: Page, count: number): Promise<readonly number[]> {
  const folder = join(daemon.home, '.claude/projects/-home-ada-live')
  mkdirSync(folder, { recursive: true })
  const path = join(folder, '11111111-2222-4333-8444-555555555555.jsonl')
  if (!statSync(path, { throwIfNoEntry: false })) writeFileSync(path, '')
  const times: number[] = []
  for (let index = 0; index < count; index += 1) {
    const text = `probe ${performance.now()}`
    const written = performance.now()
    appendFileSync(path, toLine(text))
    await page.getByText(text).waitFor({ timeout: LONGEST_IMPORT_MS })
    times.push(performance.now() - written)
    await sleep(100)
  }
  return times
}

function toLine(text: string): string {
  const line = {
    type: 'user',
    uuid: crypto.randomUUID(),
    parentUuid: null,
    timestamp: new Date().toISOString(),
    sessionId: '11111111-2222-4333-8444-555555555555',
    cwd: '/home/ada/live',
    version: '2.1.9',
    gitBranch: 'main',
    isSidechain: false,
    userType: 'external',
    message: { role: 'user', content: text },
  }
  return `${JSON.stringify(line)}\n`
}

function describe(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b)
  return `half within ${sorted[Math.floor(sorted.length / 2)]?.toFixed(0)} ms, at most ${sorted.at(-1)?.toFixed(0)} ms`
}
