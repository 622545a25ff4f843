export { connectToSupervisor, type SupervisorLink, type SupervisorLinkOptions } from './connect-to-supervisor.ts'
export { STOP_REASONS, type StopReason } from './stop-once.ts'
