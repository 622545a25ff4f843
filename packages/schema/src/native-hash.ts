type Hash = (algorithm: 'sha1', data: Uint8Array, encoding: 'hex') => string

interface NodeProcess {
  getBuiltinModule?(name: string): { readonly hash?: Hash } | undefined
}

/**
 * The runtime's own hash function where there is one: Node's, since 20.16. Asked for at run time, and not imported, so
 * that the package loads in a browser and bundlers find nothing to resolve.
 */
export const nativeHash: Hash | null =
  (globalThis as { process?: NodeProcess }).process?.getBuiltinModule?.('node:crypto')?.hash ?? null
