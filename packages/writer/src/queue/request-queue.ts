import type { WriteRequest } from '../intake/write-request.ts'

/** A batch holds at most this many events, … */
const MAX_BATCH_EVENTS = 2_000
/** … characters (a larger request is a batch of its own), … */
const MAX_BATCH_SIZE = 1024 * 1024
/** … and requests, because a request may hold no event at all. */
const MAX_BATCH_REQUESTS = 2_000

/** A history batch of this many events is full enough: the transaction then costs little compared with its rows. */
const FULL_ENOUGH_EVENTS = 400
/**
 * So is a batch of this many bytes of entries. It must stay well below the limit at which the watcher stops reading;
 * otherwise the batch would wait for rows that the watcher is not allowed to send.
 */
const FULL_ENOUGH_WEIGHT = 640 * 1024
const SEGMENT_WEIGHT = 4096
/** Longest time, in milliseconds, to hold back a history batch that is not full enough. */
const LINGER_MS = 50

/** Requests that wait for a batch, in the order of their arrival. */
export class RequestQueue {
  #requests: WriteRequest[] = []
  #events = 0
  #weight = 0
  #live = 0
  /** When the first of them arrived. */
  #since = 0

  get isEmpty(): boolean {
    return this.#requests.length === 0
  }

  /** How much waits, in bytes of entries. */
  get weight(): number {
    return this.#weight
  }

  /** Whether there are events without a file. */
  get hasEvents(): boolean {
    return this.#requests.some((request) => request.kind === 'event')
  }

  push(request: WriteRequest, now = 0): void {
    if (this.isEmpty) this.#since = now
    this.#requests.push(request)
    this.#count(request, 1)
  }

  /** How long to hold the next batch back, in milliseconds, so that more history can join it. 0: it is ready. */
  lingerMs(now: number): number {
    if (this.#live > 0 || this.#events >= FULL_ENOUGH_EVENTS || this.#weight >= FULL_ENOUGH_WEIGHT) return 0
    return Math.min(Math.max(0, this.#since + LINGER_MS - now), LINGER_MS)
  }

  /** Puts requests back to the front. They waited before, so they do not linger again. */
  unshift(requests: readonly WriteRequest[]): void {
    this.#requests = [...requests, ...this.#requests]
    for (const request of requests) this.#count(request, 1)
    this.#since = Number.NEGATIVE_INFINITY
  }

  /** Takes the next batch from the front: as much as fits, at least one request. */
  takeBatch(maxRequests = MAX_BATCH_REQUESTS): readonly WriteRequest[] {
    let end = 0
    let events = 0
    let size = 0
    for (const request of this.#requests.slice(0, maxRequests)) {
      events += request.rows.length
      size += request.size
      if (end > 0 && (events > MAX_BATCH_EVENTS || size > MAX_BATCH_SIZE)) break
      end += 1
    }
    return this.#subtract(this.#requests.splice(0, end))
  }

  /** Takes a batch of events without a file, and leaves the segments in the queue. */
  takeEvents(): readonly WriteRequest[] {
    const taken = this.#requests.filter((request) => request.kind === 'event').slice(0, MAX_BATCH_EVENTS)
    const chosen = new Set<WriteRequest>(taken)
    this.#requests = this.#requests.filter((request) => !chosen.has(request))
    return this.#subtract(taken)
  }

  /** Removes the requests for which the condition holds. */
  remove(isRemoved: (request: WriteRequest) => boolean): readonly WriteRequest[] {
    const removed = this.#requests.filter(isRemoved)
    this.#requests = this.#requests.filter((request) => !isRemoved(request))
    return this.#subtract(removed)
  }

  takeAll(): readonly WriteRequest[] {
    return this.#subtract(this.#requests.splice(0))
  }

  #subtract(requests: readonly WriteRequest[]): readonly WriteRequest[] {
    for (const request of requests) this.#count(request, -1)
    return requests
  }

  #count(request: WriteRequest, sign: 1 | -1): void {
    this.#events += sign * request.rows.length
    this.#weight += sign * (request.kind === 'event' ? request.size : SEGMENT_WEIGHT + request.segment.tally.delivered)
    if (request.isLive) this.#live += sign
  }
}
