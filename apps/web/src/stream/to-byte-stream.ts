/**
 * Makes a body of pieces of text. Each piece is asked for when the one before has gone out, and `abort` is called when
 * the client is gone.
 */
export function toByteStream(pieces: AsyncGenerator<string>, abort: () => void): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await pieces.next()
        if (done === true) controller.close()
        else controller.enqueue(encoder.encode(value))
      },
      async cancel() {
        abort()
        await pieces.return(undefined)
      },
    },
    { highWaterMark: 0 },
  )
}
