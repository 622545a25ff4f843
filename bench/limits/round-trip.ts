import type { BenchDatabase } from '../machine/bench-server.ts'

const INSERT = `insert into events (event_key, event_type, timestamp, session_uuid, host, payload)
  values (gen_random_uuid(), 'turn_detected', now(), 'round-trip', 'bench', jsonb_build_object('text', $1::text))`

/** Limit c: a single row inserted and committed, one after the other. @returns milliseconds, one for each */
export async function measureRoundTrips({ connection }: BenchDatabase, count: number): Promise<readonly number[]> {
  const client = await connection.openClient()
  const text = 'x'.repeat(205)
  const times: number[] = []
  for (let index = 0; index < count; index += 1) {
    const begin = performance.now()
    await client.query({ name: 'one_row', text: INSERT, values: [text] })
    times.push(performance.now() - begin)
  }
  await client.end()
  return times
}
