const LONGEST_VALUE_SHOWN = 80

/** A value in a few words, for an error message. Passwords in URLs are left out. */
export function describeValue(value: unknown): string {
  if (value === undefined || value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a group of keys'
  return typeof value === 'string' ? JSON.stringify(shorten(withoutPassword(value))) : String(value)
}

function shorten(text: string): string {
  return text.length > LONGEST_VALUE_SHOWN ? `${text.slice(0, LONGEST_VALUE_SHOWN)}…` : text
}

// Everything between `//` and the last `@` goes: in a mistyped URL there is no telling where a password ends.
function withoutPassword(text: string): string {
  return text.replace(/(\/\/).*@/s, '$1***@').replaceAll(/(password=)[^&\s]*/gi, '$1***')
}
