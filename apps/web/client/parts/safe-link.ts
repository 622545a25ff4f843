const SCHEMES = new Set(['http:', 'https:', 'mailto:'])

/** An address that may be followed; null for everything else, which is shown as text. */
export function toSafeLink(href: string): string | null {
  const url = URL.parse(href)
  return url !== null && SCHEMES.has(url.protocol) ? url.href : null
}
