import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { connect } from '@turnlog/database'
import { ownServer } from '@turnlog/database/testing'
import { insertTurn } from '../support/rows.ts'
import { startWeb } from '../support/web.ts'
import { openBrowser } from './support/browser.ts'
import { buildClient } from './support/build-client.ts'
import { inventLog } from './support/invent-log.ts'

/*
 * Makes the pictures in docs/screenshots from invented sessions: `pnpm --filter web screenshots`. Health has none: no daemon
 * runs here, so that it would show what people are not meant to see.
 */

const FOLDER = fileURLToPath(new URL('../../../../docs/screenshots/', import.meta.url))
const SESSION = '#/session/0199a8c2-5b1e-7c1d-9f00-000000000000'
const SCREENS = { sessions: '#/sessions', turns: '#/feed', conversation: SESSION }
const REPLY = { agent: 'claude_code', project_path: '/home/ada/engine', kind: 'prompt' }
const DEVICES = {
  light: { colorScheme: 'light', viewport: { width: 1200, height: 760 } },
  dark: { colorScheme: 'dark', viewport: { width: 1200, height: 760 } },
  phone: { colorScheme: 'light', viewport: { width: 390, height: 780 } },
} as const

async function takeScreenshots(): Promise<void> {
  mkdirSync(FOLDER, { recursive: true })
  await using server = await ownServer()
  await using database = connect(server.url)
  await inventLog(database.pool)
  await using web = await startWeb({ databaseUrl: server.url, clientDirectory: await buildClient() })
  for (const [device, options] of Object.entries(DEVICES)) {
    await using browser = await openBrowser(options)
    const page = await browser.context.newPage()
    for (const [screen, hash] of Object.entries(SCREENS)) {
      await page.goto(`${web.server.url}/${hash}`)
      await page.reload()
      await page.getByText('Live', { exact: true }).waitFor()
      if (screen === 'turns')
        await insertTurn(database.pool, 'Yes, commit it.', { session: SESSION.slice(10), payload: REPLY })
      await page.waitForTimeout(1_200)
      await page.screenshot({ path: `${FOLDER}${screen}-${device}.png` })
    }
  }
}

await takeScreenshots()
