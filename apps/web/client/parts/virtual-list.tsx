import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { useKeys } from './use-keys.ts'

export interface VirtualListProps<Item> {
  readonly label: string
  readonly items: readonly Item[]
  readonly toKey: (item: Item) => string
  /** Where a row leads. */
  readonly toLink: (item: Item) => string
  readonly toRow: (item: Item) => ComponentChildren
  /** Called when the end of the list comes into sight. */
  readonly onEnd: () => void
  readonly end: ComponentChildren
  /** Called when the first row goes out of sight, or comes back. */
  readonly onTop?: (isTop: boolean) => void
}

/** As in the style sheet, in CSS pixels. */
const ROW = 64
/** Rows beyond what is seen, in each direction. */
const SPARE = 8

/**
 * A list of links of which only those in sight are in the document, so that its length costs nothing. What is looked at
 * stays in place when rows come in above. Arrows or j and k move, Enter opens, Home and End go to the ends.
 */
export function VirtualList<Item>(props: VirtualListProps<Item>) {
  const { items, toKey, onEnd } = props
  const element = useRef<HTMLDivElement>(null)
  const top = useSignal(0)
  const height = useSignal(800)
  const first = Math.max(0, Math.floor(top.value / ROW) - SPARE)
  const last = Math.min(items.length, Math.ceil((top.value + height.value) / ROW) + SPARE)
  const anchor = useRef<{ readonly key: string; readonly index: number } | null>(null)
  const selected = useRef<string | null>(null)

  useEffect(() => {
    const list = element.current
    if (list === null) return
    const observer = new ResizeObserver(() => {
      height.value = list.clientHeight
    })
    observer.observe(list)
    return () => observer.disconnect()
  }, [])

  useLayoutEffect(() => {
    const list = element.current
    const seen = anchor.current
    if (list !== null && seen !== null && list.scrollTop > 0) {
      const index = items.findIndex((item) => toKey(item) === seen.key)
      if (index > seen.index) list.scrollTop += (index - seen.index) * ROW
    }
    const index = Math.floor((list?.scrollTop ?? 0) / ROW)
    const item = items[index]
    anchor.current = item === undefined ? null : { key: toKey(item), index }
    if (last >= items.length) onEnd()
  })

  const focus = (index: number): void => {
    const item = items[Math.max(0, Math.min(items.length - 1, index))]
    const list = element.current
    if (item === undefined || list === null) return
    const place = items.indexOf(item) * ROW
    if (place < list.scrollTop) list.scrollTop = place
    if (place + ROW > list.scrollTop + list.clientHeight) list.scrollTop = place + ROW - list.clientHeight
    selected.current = toKey(item)
    top.value = list.scrollTop
    // After the row has come into the document.
    setTimeout(() => list.querySelector<HTMLElement>(`a[data-key="${CSS.escape(toKey(item))}"]`)?.focus())
  }
  const select = (item: Item): void => {
    selected.current = toKey(item)
  }
  const onScroll = (): void => {
    top.value = element.current?.scrollTop ?? 0
    props.onTop?.(top.value < ROW)
  }
  const current = (): number => items.findIndex((item) => toKey(item) === selected.current)
  const step = (by: number) => (event: KeyboardEvent) => {
    event.preventDefault()
    focus(current() + by)
  }
  const page = Math.max(1, Math.floor(height.value / ROW) - 1)
  useKeys({
    j: step(1),
    ArrowDown: step(1),
    k: step(-1),
    ArrowUp: step(-1),
    PageDown: step(page),
    PageUp: step(-page),
    Home: step(-Infinity),
    End: step(Infinity),
  })
  return (
    <div class="list" ref={element} onScroll={onScroll}>
      <ul class="rows" aria-label={props.label} style={{ height: `${items.length * ROW}px` }}>
        {items.slice(first, last).map((item, index) => (
          <li
            key={toKey(item)}
            aria-posinset={first + index + 1}
            aria-setsize={items.length}
            style={{ transform: `translateY(${(first + index) * ROW}px)` }}
          >
            <a class="row" href={props.toLink(item)} data-key={toKey(item)} onFocus={() => select(item)}>
              {props.toRow(item)}
            </a>
          </li>
        ))}
      </ul>
      <p class="end">{props.end}</p>
    </div>
  )
}
