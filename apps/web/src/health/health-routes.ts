import { decideLiveness, decideReadiness, formatProbe, HTTP_STATUS, type Probe } from '@turnlog/health'
import { createHealthMetrics } from '@turnlog/health/metrics'
import { type Context, Hono } from 'hono'
import type { HealthSource } from './health-source.ts'

export interface HealthRoutesOptions {
  readonly health: HealthSource
  readonly version: string
  readonly stopping: AbortSignal
}

/** `/health` for people and programs, `/livez` and `/readyz` for probes, `/metrics` for Prometheus. */
export function createHealthRoutes({ health, version, stopping }: HealthRoutesOptions): Hono {
  const metrics = createHealthMetrics({ version })
  return new Hono()
    .get('/health', async (c) => {
      const document = await health.read()
      return c.json(document, HTTP_STATUS[document.status])
    })
    .get('/livez', (c) => answer(c, decideLiveness()))
    .get('/readyz', async (c) => answer(c, withShutdown(decideReadiness(await health.read()), stopping)))
    .get('/metrics', async (c) => {
      const text = await metrics.render(await health.read())
      return c.body(text, 200, { 'Content-Type': metrics.contentType })
    })
}

/** A server that is about to go should get no new work, while it still lives. */
function withShutdown(probe: Probe, stopping: AbortSignal): Probe {
  if (!stopping.aborted) return probe
  return { ...probe, passed: false, checks: [...probe.checks, { name: 'shutdown', passed: false }] }
}

function answer(c: Context, probe: Probe): Response {
  return c.text(formatProbe(probe, { verbose: c.req.query('verbose') !== undefined }), probe.passed ? 200 : 503)
}
