/**
 * The first command of a fresh clone installs the packages, which takes a while and is silent (`loglevel` in
 * pnpm-workspace.yaml), so this one line says what is going on. https://pnpm.io/pnpmfile
 */
export const hooks = {
  preResolution() {
    console.error("Installing turnlog's packages…")
  },
}
