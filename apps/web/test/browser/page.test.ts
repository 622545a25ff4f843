import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { freshDatabase } from '@turnlog/database/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { insertTurn } from '../support/rows.ts'
import { startWeb } from '../support/web.ts'
import { BROWSER, type Browser, openBrowser } from './support/browser.ts'
import { buildClient } from './support/build-client.ts'
import { inventLog } from './support/invent-log.ts'
import { isLive, type OpenPage, openPage } from './support/open-page.ts'
import { WebProcess } from './support/web-process.ts'

const SESSION = '0199a8c2-5b1e-7c1d-9f00-000000000000'
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

// A machine without Chromium skips these tests; where they have to run, TURNLOG_TEST_BROWSER names one.
describe.skipIf(BROWSER === null)('the live page in Chromium (skipped: no Chromium here)', () => {
  let browser: Browser
  let clientDirectory: string
  beforeAll(async () => {
    clientDirectory = await buildClient()
    browser = await openBrowser()
  })
  afterAll(() => browser?.[Symbol.asyncDispose]())

  const open = (url: string, hash?: string): Promise<OpenPage> => openPage(browser, url, hash)

  test('a turn that is recorded appears on the page', async () => {
    await using database = await freshDatabase()
    await using web = await startWeb({ databaseUrl: database.url, clientDirectory })
    const { page, asked, problems } = await open(web.server.url, '/#/feed')
    await insertTurn(database.pool, 'here it is')
    await page.getByText('here it is').waitFor()
    await page.keyboard.press('1')
    await page.locator('.rows li', { hasText: 'here it is' }).waitFor()

    expect(problems).toEqual([])
    expect(asked.filter((url) => !url.startsWith(web.server.url))).toEqual([])
    await page.close()
  })

  test('after the server was killed, the page goes on by itself with every turn exactly once', async () => {
    await using database = await freshDatabase()
    for (let index = 0; index < 5; index += 1) await insertTurn(database.pool, `turn ${index}.`)
    const first = await WebProcess.start(database.url, clientDirectory)
    const { page } = await open(`http://127.0.0.1:${first.port}`, '/#/feed')
    await insertTurn(database.pool, 'turn 5.')
    await page.getByText('turn 5.').waitFor()
    await first.kill()
    await page.locator('.pill.reconnecting').waitFor()
    for (let index = 6; index < 10; index += 1) await insertTurn(database.pool, `turn ${index}.`)
    await using second = await WebProcess.start(database.url, clientDirectory, first.port)
    await isLive(page)
    await insertTurn(database.pool, 'turn 10.')
    await page.getByText('turn 10.').waitFor()

    const expected = Array.from({ length: 11 }, (_, index) => `turn ${10 - index}.`)
    expect(await page.locator('.preview').allTextContents()).toEqual(expected)
    expect(second.port).toBe(first.port)
    await page.close()
  })

  test('hostile turns do nothing but appear as text', async () => {
    await using database = await freshDatabase()
    const hostile = [
      '<script>alert(1)</script>',
      '</style></title><img src=x onerror=alert(2)>',
      '[click](javascript:alert(3)) [data](data:text/html,<script>alert(4)</script>)',
      '![picture](https://example.org/picture.png) <iframe src="https://example.org"></iframe>',
      '[obscured](java\tscript:alert(5)) <javascript:alert(6)> <svg onload=alert(7)> <a href="javascript:alert(8)">here</a>',
      '[reference][there]\n\n[there]: javascript:alert(9)',
      `${'>'.repeat(5_000)} deep`,
      'x'.repeat(1_000_000),
    ]
    for (const text of hostile) await insertTurn(database.pool, text, { session: 'hostile' })
    await using web = await startWeb({ databaseUrl: database.url, clientDirectory })
    const { page, asked, problems } = await open(web.server.url, '/#/session/hostile')
    await page
      .locator('.turn')
      .nth(hostile.length - 1)
      .waitFor()
    await page.getByRole('button', { name: 'Show all of it' }).click()
    await page.getByRole('button', { name: 'Show all of it' }).waitFor({ state: 'detached' })
    const text = (await page.locator('.conversation').textContent()) ?? ''

    for (const part of [
      '<script>alert(1)</script>',
      'onerror=alert(2)',
      'javascript:alert(3)',
      '<svg onload',
      '![picture]',
    ]) {
      expect(text).toContain(part)
    }
    expect(text).toContain('x'.repeat(1_000_000))
    expect(await page.locator('.conversation').locator('script, style, img, iframe, a').count()).toBe(0)
    expect(asked.filter((url) => !url.startsWith(web.server.url))).toEqual([])
    expect(problems).toEqual([])
    await page.close()
  })

  test('everything can be done with the keyboard', async () => {
    await using database = await freshDatabase()
    await inventLog(database.pool)
    await using web = await startWeb({ databaseUrl: database.url, clientDirectory })
    const { page } = await open(web.server.url)
    await page.locator('.rows li:nth-child(2)').waitFor()
    await page.keyboard.press('?')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.keyboard.press('j')
    await page.keyboard.press('ArrowDown')
    await page.locator('.rows li:nth-child(2) a:focus').waitFor()
    await page.keyboard.press('Enter')
    await page.locator('.turn').first().waitFor()
    await page.keyboard.press('Home')
    await page.keyboard.press('Escape')
    await page.getByRole('list', { name: 'Sessions' }).waitFor()
    await page.keyboard.press('2')
    await page.getByRole('searchbox').waitFor()
    await page.keyboard.press('p')
    await page.keyboard.press('/')
    await page.keyboard.type('"needle in')
    await page.keyboard.type(' a haystack"')
    await page.getByText('No turn fits.').waitFor()
    await page.keyboard.press('Escape')
    await insertTurn(database.pool, 'a Needle in a haystack')
    await page.getByRole('button', { name: 'Go on (1 new)' }).waitFor()
    await page.keyboard.press('p')
    await page.getByText('a Needle in a haystack').waitFor()
    await page.keyboard.press('3')
    await page.getByText('Turns per minute').waitFor()
    await page.close()
  })

  test('a conversation is read from its latest turn to its first, page by page', async () => {
    await using database = await freshDatabase()
    for (let index = 0; index < 200; index += 1) {
      await insertTurn(database.pool, `turn ${index}.`, { timestamp: new Date(1e12 + index * 1_000).toISOString() })
    }
    await using web = await startWeb({ databaseUrl: database.url, clientDirectory })
    const { page } = await open(web.server.url, '/#/session/s')
    await page.getByText('turn 199.', { exact: true }).waitFor()
    await page.locator('.conversation').hover()
    while ((await page.getByText('turn 0.', { exact: true }).count()) === 0) await page.mouse.wheel(0, -2_000)
    const texts = await page.locator('.turn .markdown').allTextContents()
    expect(texts).toEqual(Array.from({ length: 200 }, (_, index) => `turn ${index}.`))
    await page.close()
  })

  test.for(['sessions', 'feed', 'health', `session/${SESSION}`])('axe finds nothing wrong with %s', async (screen) => {
    await using database = await freshDatabase()
    await inventLog(database.pool, 6)
    await using web = await startWeb({ databaseUrl: database.url, clientDirectory })
    const { page, problems } = await open(web.server.url, `/#/${screen}`)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.locator('.row, .turn, .verdict').first().waitFor()
      const found = await page.evaluate(`${AXE}; axe.run().then(({ violations }) => violations)`)
      const violations = found as { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[]
      expect(violations.map(({ id, nodes }) => [id, ...nodes.slice(0, 3).map(({ html }) => html)])).toEqual([])
    }
    expect(problems).toEqual([])
    await page.close()
  })
})
