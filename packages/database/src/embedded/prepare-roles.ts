import { createHash } from 'node:crypto'
import type { Client } from 'pg'
import { DATABASE, ROLES } from './server-address.ts'

const { superuser, owner, reader } = ROLES

/** Two starts at the same time must not change one row of the catalog at the same time. */
const LOCK = 7_305_461_892_001

const MAKE_ROLES = `do $$ begin
  if to_regrole('${owner}') is null then create role ${owner} login; end if;
  if to_regrole('${reader}') is null then create role ${reader}; end if;
end $$`

/** Data of an older version belongs to the superuser, which also had a password. */
const GIVE_TO_OWNER = `do $$ declare statement text; begin
  for statement in
    select format('alter table %s owner to ${owner}', oid::regclass) from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm') and relowner = '${superuser}'::regrole
    union all
    select format('alter routine %s owner to ${owner}', oid::regprocedure) from pg_proc
    where pronamespace = 'public'::regnamespace and proowner = '${superuser}'::regrole
  loop execute statement; end loop;
end $$`

const STATEMENTS = [
  MAKE_ROLES,
  GIVE_TO_OWNER,
  // The limit leaves connections for turnlog's own processes.
  `alter role ${reader} login nosuperuser nocreatedb nocreaterole noreplication nobypassrls connection limit 20`,
  `alter role ${reader} set default_transaction_read_only = on`,
  `alter role ${superuser} password null`,
  `alter database ${DATABASE} owner to ${owner}`,
  `grant select on all tables in schema public to ${reader}`,
  `alter default privileges for role ${owner} in schema public grant select on tables to ${reader}`,
  // The ways to write that every role has by default.
  `revoke temporary on database ${DATABASE} from public`,
  'revoke execute on function lo_creat(int), lo_create(oid), lo_from_bytea(oid, bytea) from public',
]

/**
 * Makes the owner of the database, and the reader with its password, as far as they are missing. It leaves a mark in the
 * database, so that a usual start writes nothing: that would take a good part of its time, and fail on a full disk.
 */
export async function prepareRoles(client: Client, readerPassword: string): Promise<void> {
  const mark = makeMark(readerPassword)
  if ((await readMark(client)) === mark) return
  // Also where the server was set to read-only transactions.
  await client.query('begin read write')
  await client.query(`select pg_advisory_xact_lock(${LOCK})`)
  for (const statement of STATEMENTS) await client.query(statement)
  await client.query(`alter role ${reader} password ${client.escapeLiteral(readerPassword)}`)
  await client.query(`comment on database ${DATABASE} is ${client.escapeLiteral(mark)}`)
  await client.query('commit')
}

/** Changes with the statements and the password. The password is random, so its hash gives nothing away. */
function makeMark(readerPassword: string): string {
  const digest = createHash('sha256').update(JSON.stringify([STATEMENTS, readerPassword]))
  return `Prepared by turnlog: ${digest.digest('hex')}`
}

async function readMark(client: Client): Promise<string | null> {
  const { rows } = await client.query<{ mark: string | null }>(
    `select shobj_description(oid, 'pg_database') as mark from pg_database where datname = '${DATABASE}'`,
  )
  return rows[0]?.mark ?? null
}
