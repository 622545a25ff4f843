export { exitWithParent } from './exit-with-parent.ts'
export { type FreshDatabase, type FreshDatabaseOptions, freshDatabase } from './fresh-database.ts'
export { type OwnServer, type OwnServerOptions, ownServer } from './own-server.ts'
export { type TcpProxy, tcpProxy } from './tcp-proxy.ts'
