import type { HealthStatus } from './health-document.ts'

/** The status with which `/health` answers: whoever works at all, works. */
export const HTTP_STATUS = { ok: 200, degraded: 200, down: 503 } as const satisfies Record<HealthStatus, number>
