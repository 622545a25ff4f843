// The child's side on its own, so that a child does not load what only its supervisor needs.
export { connectToSupervisor, type SupervisorLink, type SupervisorLinkOptions } from './connect-to-supervisor.ts'
export type { StopReason } from './stop-once.ts'
