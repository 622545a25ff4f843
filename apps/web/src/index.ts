export { type ServeOptions, startWebServer, type WebServer } from './start-web-server.ts'
export type { WebLog } from './web-log.ts'
