import { connectToSupervisor } from '@turnlog/supervisor/child'
import { createLogger } from './logging/create-logger.ts'
import { readSettings } from './read-settings.ts'

const link = connectToSupervisor()
const log = createLogger(readSettings().logging, 'web')
log.warn('the web server is not part of this build')
void link.sendReady()
setInterval(() => {}, 2 ** 30)
