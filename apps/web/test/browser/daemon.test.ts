import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BROWSER, type Browser, openBrowser } from './support/browser.ts'
import { Daemon } from './support/daemon.ts'
import { openPage } from './support/open-page.ts'

const HOUR_MS = 3_600_000
const FILES = 60
const TURNS = 50

describe.skipIf(BROWSER === null)('the page of a running turnlog in Chromium (skipped: no Chromium here)', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser?.[Symbol.asyncDispose]())

  test('shows history with the newest session first, a new line, and how the recording goes', async () => {
    await using daemon = new Daemon()
    for (let file = 0; file < FILES; file += 1) writeSession(daemon.home, file)
    const url = await daemon.start()
    const { page, asked } = await openPage(browser, url)
    const first = page.locator('.rows li').first()
    await first.filter({ hasText: `session 0 says ${TURNS - 1}` }).waitFor({ timeout: 15_000 })
    const path = transcript(daemon.home, 0)
    appendFileSync(path, line(0, 'written just now', Date.now()))
    await page.getByText('written just now').waitFor()

    await page.keyboard.press('3')
    await page.locator('.verdict.ok').waitFor({ timeout: 15_000 })
    const fact = (name: string) => page.locator('.facts-grid dl > div', { has: page.getByText(name, { exact: true }) })
    await fact('watched').getByText(String(FILES), { exact: true }).waitFor()
    await fact('behind').getByText('0 B', { exact: true }).waitFor()
    await fact('restarts').getByText('0', { exact: true }).waitFor()
    await page.getByText(/^[1-3] in the last hour/).waitFor({ timeout: 10_000 })
    expect(asked.filter((address) => !address.startsWith(url))).toEqual([])
    await page.close()
  }, 90_000)
})

function transcript(home: string, session: number): string {
  const folder = join(home, '.claude/projects/-home-ada-engine')
  mkdirSync(folder, { recursive: true })
  return join(folder, `${toUuid(session)}.jsonl`)
}

/** The higher its number, the older a session is; all are older than an hour. */
function writeSession(home: string, session: number): void {
  const end = Date.now() - (session + 2) * HOUR_MS
  const lines = Array.from({ length: TURNS }, (_, turn) =>
    line(session, `session ${session} says ${turn}`, end - (TURNS - turn) * 1_000),
  )
  writeFileSync(transcript(home, session), lines.join(''))
}

function line(session: number, content: string, at: number): string {
  const line = {
    type: 'user',
    uuid: crypto.randomUUID(),
    parentUuid: null,
    timestamp: new Date(at).toISOString(),
    sessionId: toUuid(session),
    cwd: '/home/ada/engine',
    version: '2.1.9',
    gitBranch: 'main',
    isSidechain: false,
    userType: 'external',
    message: { role: 'user', content },
  }
  return `${JSON.stringify(line)}\n`
}

function toUuid(session: number): string {
  return `11111111-2222-4333-8444-${String(session).padStart(12, '0')}`
}
