import type { Database } from '@turnlog/database'
import type { Kysely } from 'kysely'
import { atStep, LeaseLostError } from './batch-step.ts'
import { limitsOfTransaction } from './batch-transaction.ts'

/** The right to move the cursors of a host: the name and the epoch of a lease. */
export interface Fence {
  readonly name: string
  readonly epoch: string
}

/**
 * First statement of a batch: sets the limits of the transaction and, with a fence, locks the lease row against a new
 * owner until the end (`for key share`, which does not conflict with a renewal). One statement, because each round trip
 * delays every live event.
 *
 * @throws {LeaseLostError} if the lease has another epoch
 */
export async function requireLease(trx: Kysely<Database>, fence: Fence | null): Promise<void> {
  if (fence === null) {
    await atStep('begin', trx.selectNoFrom(limitsOfTransaction()).execute())
    return
  }
  const { name, epoch } = fence
  const lease = await atStep(
    'lease',
    trx
      .selectFrom('leases')
      .select(limitsOfTransaction())
      .where('name', '=', name)
      .where('epoch', '=', epoch)
      .forKeyShare()
      .executeTakeFirst(),
  )
  if (lease === undefined) throw new LeaseLostError(name)
}
