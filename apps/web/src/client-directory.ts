import { fileURLToPath } from 'node:url'

/** Where the built page lies: as far from the sources of this package as from a bundle in `apps/<name>/dist`. */
export const CLIENT_DIRECTORY = fileURLToPath(new URL('../../web/dist/client', import.meta.url))
