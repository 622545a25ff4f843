/**
 * Makes a body of pieces of text, each asked for when the one before has gone out. However it ends (the source is at its
 * end, it failed, or the client is gone), `onEnd` is called once.
 */
export function toByteStream(
  pieces: AsyncGenerator<string>,
  onEnd: (failure?: unknown) => void,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const next = async (): Promise<string | null> => {
    try {
      const { done, value } = await pieces.next()
      if (done !== true) return value
      onEnd()
    } catch (error) {
      onEnd(error)
    }
    return null
  }
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const piece = await next()
        if (piece === null) controller.close()
        else controller.enqueue(encoder.encode(piece))
      },
      async cancel() {
        onEnd()
        await pieces.return(undefined)
      },
    },
    { highWaterMark: 0 },
  )
}
