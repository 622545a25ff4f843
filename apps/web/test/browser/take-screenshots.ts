import { mkdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { openBrowser } from './support/browser.ts'
import { Daemon } from './support/daemon.ts'
import { INVENTED_SESSIONS } from './support/invented-sessions.ts'
import { isLive } from './support/open-page.ts'
import { Transcript } from './support/transcript.ts'

/*
 * Makes the pictures in docs/screenshots: `pnpm --filter web screenshots`. A turnlog of its own watches transcripts of
 * invented sessions; some of them go on while it runs, in about a minute.
 */

const FOLDER = fileURLToPath(new URL('../../../../docs/screenshots/', import.meta.url))
const SCREENS = ['sessions', 'turns', 'conversation', 'health'] as const
const HASHES = { sessions: '#/sessions', turns: '#/feed', health: '#/health' }
const WIDE = { width: 1_000, height: 640 }
const DEVICES = {
  light: { colorScheme: 'light', viewport: WIDE },
  dark: { colorScheme: 'dark', viewport: WIDE },
  phone: { colorScheme: 'light', viewport: { width: 390, height: 780 }, isMobile: true, hasTouch: true },
} as const
/** Between any two turns that are said while turnlog runs. */
const PACE_MS = 8_000
/** So long after its last words it is the human's turn. */
const PAUSE_MS = 46_000

async function takeScreenshots(): Promise<void> {
  mkdirSync(FOLDER, { recursive: true })
  await using daemon = new Daemon()
  const transcripts = INVENTED_SESSIONS.map((session, index) => new Transcript(daemon.home, session, index))
  for (const transcript of transcripts) transcript.writePast(Date.now())
  const url = await daemon.start()
  await goOn(transcripts)
  const hashes = { ...HASHES, conversation: `#/session/${transcripts[0]?.uuid}` }
  for (const [device, options] of Object.entries(DEVICES)) {
    await using browser = await openBrowser(options)
    const page = await browser.context.newPage()
    for (const screen of SCREENS) {
      await page.goto(`${url}/${hashes[screen]}`)
      await page.reload()
      await isLive(page)
      await page.locator('.row, .turn, .verdict.ok').first().waitFor()
      if (screen === 'health') await page.getByText('usually').waitFor()
      await page.screenshot({ path: `${FOLDER}${screen}-${device}.png` })
    }
  }
}

/** Plays what is said now: everybody asks, and all but the last are answered long enough ago. */
async function goOn(transcripts: readonly Transcript[]): Promise<void> {
  const speakers = transcripts.flatMap((transcript, index) => {
    const words = INVENTED_SESSIONS[index]?.live
    return words === undefined ? [] : [{ transcript, words }]
  })
  for (const [index, { transcript, words }] of speakers.entries()) {
    if (index === speakers.length - 1) await sleep(PAUSE_MS)
    for (const said of words) {
      await sleep(PACE_MS)
      transcript.say(said, Date.now())
    }
  }
}

await takeScreenshots()
