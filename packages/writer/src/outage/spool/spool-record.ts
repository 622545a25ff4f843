import { crc32 } from 'node:zlib'

/*
 * A spool file is a header line, then records: length of the text in bytes, CRC-32 of the text (both
 * unsigned, 32 bits, little-endian), the text in UTF-8. Anything that does not fit this is the torn end of a write that
 * was never acknowledged, or damage; reading stops there.
 */

export const SPOOL_HEADER = Buffer.from('turnlog-spool 1\n')
const PREFIX_BYTES = 8

export function encodeRecord(text: string): Buffer {
  const body = Buffer.from(text)
  const record = Buffer.allocUnsafe(PREFIX_BYTES + body.length)
  record.writeUInt32LE(body.length, 0)
  record.writeUInt32LE(crc32(body), 4)
  body.copy(record, PREFIX_BYTES)
  return record
}

/** The records of a spool file, up to the first that is not whole. */
export interface DecodedSpool {
  readonly texts: readonly string[]
  /** How many bytes from the start are whole. */
  readonly soundBytes: number
}

export function decodeSpool(file: Buffer): DecodedSpool {
  if (!file.subarray(0, SPOOL_HEADER.length).equals(SPOOL_HEADER)) return { texts: [], soundBytes: 0 }
  const texts: string[] = []
  let at = SPOOL_HEADER.length
  for (let body = readBody(file, at); body !== null; body = readBody(file, at)) {
    texts.push(body.toString('utf8'))
    at += PREFIX_BYTES + body.length
  }
  return { texts, soundBytes: at }
}

function readBody(file: Buffer, at: number): Buffer | null {
  if (at + PREFIX_BYTES > file.length) return null
  const length = file.readUInt32LE(at)
  const start = at + PREFIX_BYTES
  // No event is empty. Zeros, e.g. after a crash of the machine, are not a record.
  if (length === 0 || start + length > file.length) return null
  const body = file.subarray(start, start + length)
  return crc32(body) === file.readUInt32LE(at + 4) ? body : null
}
