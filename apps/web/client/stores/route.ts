import { signal } from '@preact/signals'

export type Route =
  | { readonly screen: 'sessions' | 'feed' | 'health' }
  | { readonly screen: 'conversation'; readonly session: string }

export function parseRoute(hash: string): Route {
  const [screen, session] = hash.replace(/^#\/?/, '').split('/')
  if (screen === 'session' && session) return { screen: 'conversation', session: decode(session) }
  return { screen: screen === 'feed' || screen === 'health' ? screen : 'sessions' }
}

export function toSessionLink(session: string): string {
  return `#/session/${encodeURIComponent(session)}`
}

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
