import type { HealthDocument } from '../api/answers.ts'

const WORDS = { degraded: 'Something is wrong.', down: 'Nothing is recorded.' } as const

/** Says on every screen what is not recorded as it should be; nothing when all is well. */
export function Alarm({ health }: { readonly health: HealthDocument | null }) {
  if (health === null || health.status === 'ok') return null
  const [first, ...others] = health.reasons
  return (
    <p class={`alarm ${health.status}`} role="alert">
      <strong>{WORDS[health.status]}</strong> {first}{' '}
      <a href="#/health">{others.length > 0 ? `and ${others.length} more` : 'Health'}</a>
    </p>
  )
}
