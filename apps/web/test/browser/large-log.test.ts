import { freshDatabase } from '@turnlog/database/testing'
import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startWeb, type Web } from '../support/web.ts'
import { BROWSER, type Browser, openBrowser } from './support/browser.ts'
import { buildClient } from './support/build-client.ts'
import { openPage } from './support/open-page.ts'

const SESSIONS = 1_500
const LONG = 5_000
/** Elements that a screen may have, however large the log is: rows in sight, or a window of a conversation. */
const MOST_ELEMENTS = 4_000

describe.skipIf(BROWSER === null)('a log of 20,000 turns in Chromium (skipped: no Chromium here)', () => {
  let browser: Browser
  let web: Web
  let database: Awaited<ReturnType<typeof freshDatabase>>
  beforeAll(async () => {
    browser = await openBrowser()
    database = await freshDatabase()
    await fill(database.pool)
    web = await startWeb({ databaseUrl: database.url, clientDirectory: await buildClient() })
  }, 60_000)
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]()
    await web?.[Symbol.asyncDispose]()
    await database?.[Symbol.asyncDispose]()
  })

  test('the first and the last of 5,000 turns are a key away, and what is between is read by scrolling', async () => {
    const { page, problems } = await openPage(browser, web.server.url, '/#/session/long')
    const count = (): Promise<number> => page.locator('*').count()
    await page.getByText(`turn ${LONG}.`, { exact: true }).waitFor()
    await page.keyboard.press('Home')
    await page.getByText('turn 1.', { exact: true }).waitFor()
    await page.locator('.conversation').hover()
    // Far enough for the first turns to have left the document.
    while ((await page.getByText('turn 400.', { exact: true }).count()) === 0) await page.mouse.wheel(0, 3_000)
    expect(await page.getByText('turn 1.', { exact: true }).count()).toBe(0)
    expect(await count()).toBeLessThan(MOST_ELEMENTS)
    const numbers = (await page.locator('.turn .markdown').allTextContents()).map((text) => Number(text.slice(5, -1)))
    expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index))
    while ((await page.getByText('turn 1.', { exact: true }).count()) === 0) await page.mouse.wheel(0, -3_000)
    await page.keyboard.press('End')
    await page.getByText(`turn ${LONG}.`, { exact: true }).waitFor()
    expect(problems).toEqual([])
    await page.close()
  })

  test('lists of thousands hold only what is in sight', async () => {
    const { page } = await openPage(browser, web.server.url)
    const rows = page.locator('.rows li')
    await rows.first().waitFor()
    const isAtEnd = page.getByText(`${(SESSIONS + 1).toLocaleString()} sessions`)
    while ((await isAtEnd.count()) === 0) await page.keyboard.press('End')
    expect(await rows.count()).toBeLessThan(60)
    await page.keyboard.press('2')
    await page.getByRole('list', { name: 'Turns' }).locator('li').first().waitFor()
    await page.keyboard.press('End')
    expect(await rows.count()).toBeLessThan(60)
    await page.close()
  })

  test('a turn that was searched for opens its conversation at that turn, and both ends can be reached', async () => {
    const { page } = await openPage(browser, web.server.url, '/#/feed')
    await page.keyboard.press('/')
    await page.keyboard.type('"turn 2500."')
    await page.locator('.preview', { hasText: 'turn 2500.' }).waitFor()
    await page.locator('.rows a').first().click()
    await page.locator('.turn.chosen', { hasText: 'turn 2500.' }).waitFor()
    await expect.poll(() => isInSight('.turn.chosen')).toBe(true)
    await page.getByText('turn 2490.', { exact: true }).waitFor()
    await page.keyboard.press('End')
    await page.getByText(`turn ${LONG}.`, { exact: true }).waitFor()
    await page.close()

    async function isInSight(selector: string): Promise<boolean> {
      const [box, list] = [
        await page.locator(selector).boundingBox(),
        await page.locator('.conversation').boundingBox(),
      ]
      return box !== null && list !== null && box.y >= list.y && box.y < list.y + list.height
    }
  })
})

async function fill(pool: Pool): Promise<void> {
  const insert = `insert into events (event_key, event_type, timestamp, session_uuid, host, payload)
    select gen_random_uuid(), 'turn_detected'`
  await pool.query(
    `${insert}, now() - s * interval '1 hour' + i * interval '1 second', 's' || s, 'here',
      jsonb_build_object('actor', 'user', 'text', 'session ' || s || ' says ' || i)
     from generate_series(1, $1::int) as s, generate_series(1, 10) as i`,
    [SESSIONS],
  )
  await pool.query(
    `${insert}, now() - interval '1 day' + i * interval '1 second', 'long', 'here',
      jsonb_build_object('actor', 'agent', 'text', 'turn ' || i || '.')
     from generate_series(1, $1::int) as i`,
    [LONG],
  )
  await pool.query('vacuum analyze events')
}
