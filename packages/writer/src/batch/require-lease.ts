import type { Database } from '@turnlog/database'
import type { Kysely } from 'kysely'
import { atStep, LeaseLostError } from './batch-step.ts'

/** The right to move the cursors of a host: the name and the epoch of a lease. */
export interface Fence {
  readonly name: string
  readonly epoch: string
}

/**
 * Locks the lease row against a new owner until the end of the transaction (`for key share`, which does not conflict
 * with a renewal).
 *
 * @throws {LeaseLostError} if the lease has another epoch
 */
export async function requireLease(trx: Kysely<Database>, { name, epoch }: Fence): Promise<void> {
  const lease = await atStep(
    'lease',
    trx
      .selectFrom('leases')
      .select('epoch')
      .where('name', '=', name)
      .where('epoch', '=', epoch)
      .forKeyShare()
      .executeTakeFirst(),
  )
  if (lease === undefined) throw new LeaseLostError(name)
}
