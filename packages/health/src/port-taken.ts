/** The exit code of a web server whose port belongs to somebody else; the number is that of EADDRINUSE on Linux. */
export const PORT_TAKEN_EXIT = 98

/** Whether a process ended since its port was taken: then it can come back by itself when the port is free. */
export function isPortTaken(exit: { readonly code: number | null } | null): boolean {
  return exit?.code === PORT_TAKEN_EXIT
}
