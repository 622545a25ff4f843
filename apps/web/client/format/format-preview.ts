/** A text in one line, without what only makes sense as Markdown. */
export function formatPreview(text: string): string {
  return text
    .replaceAll(/^\s*(```|~~~).*$/gm, ' ')
    .replaceAll(/^\s*[|:-][|:\s-]*$/gm, ' ')
    .replaceAll(/!?\[([^\]\n]*)\]\([^)\s]*\)/g, '$1')
    .replaceAll(/^\s*(#{1,6}|>+|\|)\s*/gm, '')
    .replaceAll(/\s*\|\s*$/gm, '')
    .replaceAll(/\s*\|\s*/g, ' · ')
    .replaceAll(/\*\*|`/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
}
