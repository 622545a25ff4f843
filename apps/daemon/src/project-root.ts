import { fileURLToPath } from 'node:url'

/** The top of the checkout, where `config.yaml` lies: as far above `dist/` as above `src/`. */
export const PROJECT_ROOT = fileURLToPath(new URL('../../../', import.meta.url))
