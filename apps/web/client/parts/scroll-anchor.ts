/** The first turn in sight, and how far it is from the upper edge, in CSS pixels. */
export interface Anchor {
  readonly id: string
  readonly top: number
}

export function findAnchor(list: HTMLElement): Anchor | null {
  const edge = list.getBoundingClientRect().top
  for (const turn of list.querySelectorAll<HTMLElement>('[data-id]')) {
    const { top, bottom } = turn.getBoundingClientRect()
    if (bottom > edge) return { id: turn.dataset.id ?? '', top: top - edge }
  }
  return null
}

/** Scrolls so that the turn is where it was. */
export function restore(list: HTMLElement, { id, top }: Anchor): void {
  const turn = list.querySelector(`[data-id="${CSS.escape(id)}"]`)
  if (turn === null) return
  list.scrollTop += turn.getBoundingClientRect().top - list.getBoundingClientRect().top - top
}
