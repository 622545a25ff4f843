import { hash } from 'node:crypto'

/** A short name for a text, to tell whether the same words come again without keeping them. */
export function digest(text: string): string {
  return hash('sha1', text, 'base64url')
}
