export { type AskDaemonOptions, askDaemon, type DaemonReply } from './ask-daemon.ts'
export { assessAbsence, assessHealth } from './assess-health.ts'
export {
  CHILD_NAMES,
  type ChildName,
  type DaemonAnswer,
  type DaemonRequest,
  MAX_REQUEST_BYTES,
  parseDaemonRequest,
} from './control-protocol.ts'
export { controlSocketPath, makeControlSocketFolder } from './control-socket-path.ts'
export { findProblems } from './find-problems.ts'
export {
  type ChildState,
  type DatabaseHealth,
  type HealthDocument,
  type HealthStatus,
  type LastExit,
  NO_FILES,
  NO_WRITES,
  type QuarantinedFileHealth,
  type SourceHealth,
  type WatcherHealth,
  type WebHealth,
  type WriterHealth,
} from './health-document.ts'
export type { ChildFacts, DatabaseFacts, HealthFacts, Problem, WatcherFacts } from './health-facts.ts'
export { HTTP_STATUS } from './http-status.ts'
export { type IsWatcherRunningOptions, isWatcherRunning } from './is-watcher-running.ts'
export { isPortTaken, PORT_TAKEN_EXIT } from './port-taken.ts'
export { decideLiveness, decideReadiness, formatProbe, type Probe } from './probes.ts'
