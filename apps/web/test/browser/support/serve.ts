import { startWeb } from '../../support/web.ts'

// Serves until it is killed, or whoever started it is gone.
const [, , databaseUrl = '', clientDirectory = '', port = '0'] = process.argv
const web = await startWeb({ databaseUrl, clientDirectory, port: Number(port), pollMs: 200, heartbeatMs: 500 })
process.on('disconnect', () => process.exit())
process.send?.(web.server.port)
