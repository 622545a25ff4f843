import { useLayoutEffect } from 'preact/hooks'

/** Calls what belongs to a key that is pressed outside of fields. */
export function useKeys(keys: Readonly<Record<string, (event: KeyboardEvent) => void>>): void {
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const { target, ctrlKey, metaKey, altKey } = event
      if (ctrlKey || metaKey || altKey || document.querySelector('dialog[open]')) return
      if (target instanceof HTMLElement && target.matches('input, select, textarea')) return
      keys[event.key]?.(event)
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  })
}
