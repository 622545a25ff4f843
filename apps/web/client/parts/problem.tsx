export function Problem({ text, onRetry }: { readonly text: string | null; readonly onRetry: () => void }) {
  if (text === null) return null
  return (
    <p class="problem" role="alert">
      {text}{' '}
      <button type="button" onClick={onRetry}>
        Try again
      </button>
    </p>
  )
}
