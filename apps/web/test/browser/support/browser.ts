import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core'

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** A browser of this machine: the one that `TURNLOG_TEST_BROWSER` names, or else an installed Chromium; null without. */
export const BROWSER = process.env.TURNLOG_TEST_BROWSER ?? PLACES.find((path) => existsSync(path)) ?? null

export interface Browser extends AsyncDisposable {
  readonly context: BrowserContext
}

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A browser with a profile of its own. */
export async function openBrowser(options: BrowserContextOptions = {}): Promise<Browser> {
  if (BROWSER === null) throw new Error('This machine has no Chromium; name one in TURNLOG_TEST_BROWSER')
  const profile = await mkdtemp(join(tmpdir(), 'turnlog-browser-'))
  const launch = { executablePath: BROWSER, headless: false, args: FLAGS, env: { ...process.env, HOME: profile } }
  const context = await chromium.launchPersistentContext(profile, { ...launch, ...options } as typeof launch)
  return {
    context,
    [Symbol.asyncDispose]: async () => {
      await context.close()
      await rm(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
