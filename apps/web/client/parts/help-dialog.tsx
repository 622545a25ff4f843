import { useEffect, useRef } from 'preact/hooks'

const KEYS = [
  ['1 2 3', 'Sessions, turns, health'],
  ['j k or ↓ ↑', 'Next, previous row'],
  ['Enter', 'Open the session'],
  ['Home End', 'First, last; in a conversation: first, latest turn'],
  ['/', 'Search the text of all turns'],
  ['p', 'Hold new turns back, and let them in again'],
  ['Esc', 'Back; out of a field'],
  ['?', 'This list'],
] as const

export function HelpDialog({ onClose }: { readonly onClose: () => void }) {
  const element = useRef<HTMLDialogElement>(null)
  useEffect(() => element.current?.showModal(), [])
  return (
    <dialog ref={element} aria-labelledby="keys" onClose={onClose}>
      <h2 id="keys">Keys</h2>
      <dl class="keys">
        {KEYS.map(([keys, meaning]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <button type="button" onClick={() => element.current?.close()}>
        Close
      </button>
    </dialog>
  )
}
