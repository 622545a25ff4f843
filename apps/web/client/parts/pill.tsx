import type { Connection } from '../stream/follow-log.ts'

const WORDS: Readonly<Record<Connection, { readonly word: string; readonly meaning: string }>> = {
  connecting: { word: 'Connecting', meaning: 'Asking the server for what is new.' },
  live: { word: 'Live', meaning: 'What is recorded is here at once.' },
  behind: { word: 'Behind', meaning: 'More is being recorded than is shown; this page catches up.' },
  waiting: {
    word: 'No database',
    meaning: 'The database does not answer; this page goes on where it was when it does.',
  },
  reconnecting: {
    word: 'Reconnecting',
    meaning: 'The web server does not answer; this page goes on where it was when it does.',
  },
}

export function Pill({ connection }: { readonly connection: Connection }) {
  const { word, meaning } = WORDS[connection]
  return (
    <span class={`pill ${connection}`} role="status" title={meaning}>
      {word}
    </span>
  )
}
