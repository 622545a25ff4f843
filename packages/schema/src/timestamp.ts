const TIMESTAMP =
  /^(\d{4})-(\d\d)-(\d\d)[T ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-](?:0\d|1[0-5])(?::?[0-5]\d)?)$/u

const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/**
 * Tells whether a string is a moment: ISO 8601 with an offset, on a day that exists, in a year that Postgres has
 * (it knows no year 0). Stricter than `Date.parse`, which reads 30 February as 2 March.
 */
export function isTimestamp(value: string): boolean {
  if (isUsualTimestamp(value)) return true
  const parts = TIMESTAMP.exec(value)
  if (parts === null) return false
  const year = Number(parts[1])
  const month = Number(parts[2])
  const day = Number(parts[3])
  if (year === 0 || day < 1 || day > (DAYS[month - 1] ?? 0)) return false
  return month !== 2 || day < 29 || (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0))
}

const USUAL_LENGTH = '2026-05-01T10:00:00.000Z'.length

/**
 * The form that `toISOString` writes, of a day that every month has. Nearly every timestamp is one, a transcript has
 * one in each line, and this takes a fifth of the time.
 */
function isUsualTimestamp(value: string): boolean {
  if (value.length !== USUAL_LENGTH || value[23] !== 'Z') return false
  if (value[4] !== '-' || value[7] !== '-' || value[10] !== 'T') return false
  if (value[13] !== ':' || value[16] !== ':' || value[19] !== '.') return false
  const day = digitsAt(value, 8)
  const month = digitsAt(value, 5)
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= 28)) return false
  if (!(digitsAt(value, 11) < 24 && digitsAt(value, 14) < 60 && digitsAt(value, 17) < 60)) return false
  if (!(digitsAt(value, 0) + digitsAt(value, 2) > 0)) return false
  return digitsAt(value, 20) >= 0 && digitsAt(value, 21) >= 0
}

/** The number of two digits; NaN, which compares with nothing, if they are none. */
function digitsAt(value: string, index: number): number {
  const tens = value.charCodeAt(index) - 0x30
  const ones = value.charCodeAt(index + 1) - 0x30
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}
