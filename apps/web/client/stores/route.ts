import { signal } from '@preact/signals'

export type Route =
  | { readonly screen: 'sessions' | 'feed' | 'health' }
  | { readonly screen: 'conversation'; readonly session: string; readonly turn: string | null }

export function parseRoute(hash: string): Route {
  const [screen, session, turn] = hash.replace(/^#?\/?/, '').split('/')
  if (screen === 'session' && session) {
    return { screen: 'conversation', session: decode(session), turn: turn && /^\d+$/.test(turn) ? turn : null }
  }
  return { screen: screen === 'feed' || screen === 'health' ? screen : 'sessions' }
}

/** To the session's latest turn, or to one of its turns. */
export function toSessionLink(session: string, turn?: string): string {
  return `#/session/${encodeURIComponent(session)}${turn === undefined ? '' : `/${turn}`}`
}

// An address that was typed or passed on without the mark is one of the page, too.
if (location.pathname !== '/') history.replaceState(null, '', `/#${location.pathname}`)

/** What the address says is to be shown. */
export const route = signal<Route>(parseRoute(location.hash))
addEventListener('hashchange', () => {
  route.value = parseRoute(location.hash)
})

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
