import { useSignal, useSignalEffect } from '@preact/signals'
import { useLayoutEffect } from 'preact/hooks'
import { Alarm } from './parts/alarm.tsx'
import { HelpDialog } from './parts/help-dialog.tsx'
import { ImportBar } from './parts/import-bar.tsx'
import { Pill } from './parts/pill.tsx'
import { ConversationScreen } from './screens/conversation-screen.tsx'
import { FeedScreen } from './screens/feed-screen.tsx'
import { HealthScreen } from './screens/health-screen.tsx'
import { SessionsScreen } from './screens/sessions-screen.tsx'
import type { PageStore } from './stores/page-store.ts'
import { type Route, route } from './stores/route.ts'

const SCREENS = [
  { key: '1', screen: 'sessions', title: 'Sessions' },
  { key: '2', screen: 'feed', title: 'Turns' },
  { key: '3', screen: 'health', title: 'Health' },
] as const

export function App({ page }: { readonly page: PageStore }) {
  const isHelpOpen = useSignal(false)
  useLayoutEffect(() => listenToKeys(isHelpOpen), [])
  useSignalEffect(() => {
    if (route.value.screen === 'conversation') page.openConversation(route.value)
  })
  const { health } = page.health
  const reasons = health.value?.reasons ?? []
  return (
    <>
      <header class="bar">
        <h1 class="name">turnlog</h1>
        <nav aria-label="Screens">
          {SCREENS.map(({ key, screen, title }) => (
            <a
              href={`#/${screen}`}
              aria-current={route.value.screen === screen ? 'page' : undefined}
              aria-keyshortcuts={key}
              key={screen}
            >
              {title}
              {screen === 'health' && reasons.length > 0 && <span class="count bad">{reasons.length}</span>}
            </a>
          ))}
        </nav>
        <button type="button" class="quiet" aria-label="Keys" aria-keyshortcuts="?" onClick={() => toggle(isHelpOpen)}>
          ?
        </button>
        <Pill connection={page.connection.value} />
      </header>
      {route.value.screen !== 'health' && <Alarm health={health.value} />}
      <ImportBar importing={page.health.importing.value} />
      <main class="screen">
        <Screen page={page} route={route.value} />
      </main>
      {isHelpOpen.value && <HelpDialog onClose={() => toggle(isHelpOpen)} />}
    </>
  )
}

function Screen({ page, route }: { readonly page: PageStore; readonly route: Route }) {
  switch (route.screen) {
    case 'sessions':
      return <SessionsScreen page={page} />
    case 'feed':
      return <FeedScreen page={page} />
    case 'health':
      return <HealthScreen page={page} />
    case 'conversation':
      return <ConversationScreen page={page} />
    default:
      return route satisfies never
  }
}

function toggle(signal: { value: boolean }): void {
  signal.value = !signal.value
}

function listenToKeys(isHelpOpen: { value: boolean }): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
    const chosen = SCREENS.find(({ key }) => key === event.key)
    if (chosen) location.hash = `#/${chosen.screen}`
    if (event.key === '?') toggle(isHelpOpen)
    if (event.key === 'Escape' && route.value.screen === 'conversation' && !isHelpOpen.value) history.back()
  }
  addEventListener('keydown', onKey)
  return () => removeEventListener('keydown', onKey)
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, select, textarea')
}
