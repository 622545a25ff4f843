const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium', hourCycle: 'h23' })
const DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' })
const BOTH = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' })

/** The time of day; the date for another day. */
export function formatTime(moment: string, now: number): string {
  const date = new Date(moment)
  return date.toDateString() === new Date(now).toDateString() ? TIME.format(date) : DAY.format(date)
}

export function formatMoment(moment: string): string {
  return BOTH.format(new Date(moment))
}
