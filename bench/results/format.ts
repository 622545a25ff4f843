export function ratio(value: number): string {
  return value.toFixed(2)
}

export function seconds(value: number): string {
  return `${value.toFixed(2)} s`
}

export function milliseconds(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`
}

export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`
}

export function rate(value: number): string {
  return `${Math.round(value).toLocaleString('en')}/s`
}
