import type { Page } from 'playwright-core'
import type { Browser } from './browser.ts'

/** A page that is open, what it has asked for, and what went wrong in it. */
export interface OpenPage {
  readonly page: Page
  readonly asked: readonly string[]
  readonly problems: readonly string[]
}

/** Opens the page, and waits until it is live. */
export async function openPage(browser: Browser, url: string, hash = ''): Promise<OpenPage> {
  const page = await browser.context.newPage()
  const [asked, problems]: [string[], string[]] = [[], []]
  page.on('request', (request) => void asked.push(request.url()))
  page.on('pageerror', (error) => void problems.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text())
  })
  page.on('dialog', (dialog) => {
    problems.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  await page.goto(url + hash)
  await isLive(page)
  return { page, asked, problems }
}

export async function isLive(page: Page): Promise<void> {
  await page.locator('.pill.live').waitFor({ timeout: 10_000 })
}
