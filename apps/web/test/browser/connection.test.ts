import { freshDatabase } from '@turnlog/database/testing'
import type { HealthDocument } from '@turnlog/health'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { insertTurn } from '../support/rows.ts'
import { startWeb } from '../support/web.ts'
import { BROWSER, type Browser, openBrowser } from './support/browser.ts'
import { buildClient } from './support/build-client.ts'
import { isLive, openPage } from './support/open-page.ts'
import { WebProcess } from './support/web-process.ts'

/** More than a page follows one by one, and more than it reads at once. */
const FLOOD = 3_000

describe.skipIf(BROWSER === null)('a page that falls behind in Chromium (skipped: no Chromium here)', () => {
  let browser: Browser
  let clientDirectory: string
  beforeAll(async () => {
    clientDirectory = await buildClient()
    browser = await openBrowser()
  })
  afterAll(() => browser?.[Symbol.asyncDispose]())

  test('a connection that died in silence is opened anew, with every turn exactly once', async () => {
    await using database = await freshDatabase()
    await using web = await WebProcess.start(database.url, clientDirectory)
    const { page } = await openPage(browser, `http://127.0.0.1:${web.port}`, '/#/feed')
    await insertTurn(database.pool, 'turn 0.')
    await page.getByText('turn 0.').waitFor()
    const reopened = page.waitForRequest(/events\/stream/, { timeout: 20_000 })
    web.freeze()
    for (let index = 1; index < 5; index += 1) await insertTurn(database.pool, `turn ${index}.`)
    await page.locator('.pill.reconnecting', { hasText: 'Reconnecting' }).waitFor()
    await reopened
    web.thaw()
    await isLive(page)
    await insertTurn(database.pool, 'turn 5.')
    await page.getByText('turn 5.').waitFor()

    const expected = Array.from({ length: 6 }, (_, index) => `turn ${5 - index}.`)
    expect(await page.locator('.preview').allTextContents()).toEqual(expected)
    await page.close()
  }, 60_000)

  test('a feed that is paused while it goes to the present stays as it is until somebody goes on', async () => {
    await using database = await freshDatabase()
    await insertTurn(database.pool, 'what is looked at')
    await using web = await startWeb({ databaseUrl: database.url, clientDirectory })
    const { page } = await openPage(browser, web.server.url, '/#/feed')
    await page.getByText('what is looked at').waitFor()
    const [asked, paused] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    await page.route(/\/api\/events\?/, async (route) => {
      asked.resolve()
      await paused.promise
      await route.continue()
    })
    await database.pool.query(
      `insert into events (event_key, event_type, timestamp, session_uuid, host, payload)
       select gen_random_uuid(), 'turn_detected', now(), 'flood', 'here',
         jsonb_build_object('actor', 'user', 'text', 'flood ' || i) from generate_series(1, $1::int) as i`,
      [FLOOD],
    )
    await insertTurn(database.pool, 'the present')
    await asked.promise
    await page.keyboard.press('p')
    await page.getByRole('button', { name: /^Go on/ }).waitFor()
    const before = await page.locator('.preview').allTextContents()
    paused.resolve()
    await page.getByRole('button', { name: /^Go on \([1-9]\d* new\)/ }).waitFor()
    await isLive(page)
    expect(await page.locator('.preview').allTextContents()).toEqual(before)
    await page.keyboard.press('p')
    await page.getByText('the present').waitFor()
    await page.close()
  }, 60_000)

  test('history that is being read has a bar that says how far it is, and goes away with the last byte', async () => {
    await using database = await freshDatabase()
    await using web = await startWeb({ databaseUrl: database.url, clientDirectory })
    const { page } = await openPage(browser, web.server.url)
    const known = (await (await web.fetch('/health')).json()) as HealthDocument
    let bytes_behind = 400_000_000
    await page.route('**/health', (route) =>
      route.fulfill({ json: { ...known, source: { ...known.source, bytes_behind } } }),
    )
    const bar = page.getByRole('progressbar', { name: 'Reading of history' })
    await page.getByText('400 MB to go').waitFor()
    expect(await bar.getAttribute('value')).toBe('0')
    bytes_behind = 100_000_000
    await page.getByText(/100 MB to go, .+\/s, about .+ left/).waitFor()
    expect(await bar.getAttribute('value')).toBe('0.75')
    bytes_behind = 0
    await bar.waitFor({ state: 'detached' })
    await page.close()
  })
})
