import { marked, type Token, type Tokens } from 'marked'
import type { ComponentChildren } from 'preact'
import { toSafeLink } from './safe-link.ts'

/*
 * A transcript holds whatever an agent has read. The parser only says what is what; every node is made here, of a closed
 * list of elements, with texts as text. HTML stays what it is: characters. Pictures are not fetched.
 */

export function Markdown({ text }: { readonly text: string }) {
  return <div class="markdown">{toBlocks(parse(text))}</div>
}

/** What the parser gives up on, such as thousands of nested quotations, is shown as it is. */
function parse(text: string): readonly Token[] {
  try {
    return marked.lexer(text, { gfm: true, breaks: true })
  } catch {
    return [{ type: 'html', raw: text, text }]
  }
}

/** Deeper than anybody nests. */
const DEEPEST = 12

function toBlocks(tokens: readonly Token[], depth = 0): ComponentChildren[] {
  return tokens.map((token) => (depth > DEEPEST ? token.raw : toBlock(token as Tokens.Generic & Token, depth)))
}

function toBlock(token: Token, depth: number): ComponentChildren {
  switch (token.type) {
    case 'space':
    case 'def':
      return null
    case 'heading':
      return <p class="heading">{toInline(token.tokens, depth)}</p>
    case 'paragraph':
      return <p>{toInline(token.tokens, depth)}</p>
    case 'code':
      return (
        <pre tabIndex={0}>
          <code>{token.text}</code>
        </pre>
      )
    case 'blockquote':
      return <blockquote>{toBlocks(token.tokens ?? [], depth + 1)}</blockquote>
    case 'list':
      return toList(token as Tokens.List, depth)
    case 'table':
      return toTable(token as Tokens.Table, depth)
    case 'hr':
      return <hr />
    case 'html':
      return <p class="raw">{token.raw}</p>
    default:
      return toInline([token], depth)
  }
}

function toList({ ordered, start, items }: Tokens.List, depth: number): ComponentChildren {
  const children = items.map((item) => (
    <li>
      {item.task && (item.checked ? '☑ ' : '☐ ')}
      {toBlocks(
        item.tokens.filter(({ type }) => type !== 'checkbox'),
        depth + 1,
      )}
    </li>
  ))
  return ordered ? <ol start={Number(start) || 1}>{children}</ol> : <ul>{children}</ul>
}

function toTable({ header, rows }: Tokens.Table, depth: number): ComponentChildren {
  return (
    <div class="table" tabIndex={0}>
      <table>
        <thead>
          <tr>
            {header.map(({ tokens }) => (
              <th>{toInline(tokens, depth)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells) => (
            <tr>
              {cells.map(({ tokens }) => (
                <td>{toInline(tokens, depth)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function toInline(tokens: readonly Token[] = [], depth: number): ComponentChildren[] {
  return tokens.map((token) => (depth > DEEPEST ? token.raw : toSpan(token, depth + 1)))
}

function toSpan(token: Token, depth: number): ComponentChildren {
  switch (token.type) {
    case 'strong':
      return <strong>{toInline(token.tokens, depth)}</strong>
    case 'em':
      return <em>{toInline(token.tokens, depth)}</em>
    case 'del':
      return <del>{toInline(token.tokens, depth)}</del>
    case 'codespan':
      return <code>{token.text}</code>
    case 'br':
      return <br />
    case 'link':
      return toLink(token as Tokens.Link, depth)
    case 'text':
    case 'escape':
      return token.type === 'text' && token.tokens ? toInline(token.tokens, depth) : token.text
    default:
      // Pictures, HTML, and whatever the parser may come to know.
      return token.raw
  }
}

function toLink({ href, raw, tokens }: Tokens.Link, depth: number): ComponentChildren {
  const safe = toSafeLink(href)
  if (safe === null) return raw
  return (
    <a href={safe} rel="noopener noreferrer" target="_blank">
      {toInline(tokens, depth)}
    </a>
  )
}
