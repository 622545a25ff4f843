import type { Database } from '@turnlog/database'
import { type Kysely, sql } from 'kysely'

export async function countEvents(db: Kysely<Database>): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*)::integer as count from events`.execute(db)
  return rows[0]?.count ?? 0
}

/** The texts of all turns, in order of arrival. */
export async function readTexts(db: Kysely<Database>): Promise<readonly string[]> {
  const { rows } = await sql<{ text: string }>`select payload ->> 'text' as text from events order by id`.execute(db)
  return rows.map((row) => row.text)
}

/**
 * Makes the database refuse events whose text is `bad` with an SQLSTATE: always, or only the first times.
 * A sequence counts, since it counts on when the transaction is rolled back.
 */
export async function refuseBadEvents(db: Kysely<Database>, sqlstate: string, times = 1_000_000): Promise<void> {
  await sql.raw('create sequence if not exists refusals').execute(db)
  await sql
    .raw(`create or replace function refuse_bad() returns trigger language plpgsql as $$ begin
      if new.payload ->> 'text' = 'bad' and nextval('refusals') <= ${times} then
        raise exception using errcode = '${sqlstate}', message = 'refused for the test';
      end if;
      return new;
    end $$`)
    .execute(db)
  await sql
    .raw('create or replace trigger refuse_bad before insert on events for each row execute function refuse_bad()')
    .execute(db)
}

export async function refuseNoMore(db: Kysely<Database>): Promise<void> {
  await sql.raw('drop trigger refuse_bad on events').execute(db)
}

/** Makes the database refuse events for which the condition holds, but only at the commit. */
export async function refuseAtCommit(db: Kysely<Database>, condition: string): Promise<void> {
  await sql
    .raw(`create function refuse_at_commit() returns trigger language plpgsql as $$ begin
      if ${condition} then raise exception 'refused at the commit'; end if;
      return null;
    end $$`)
    .execute(db)
  await sql
    .raw(`create constraint trigger refuse_at_commit after insert on events deferrable initially deferred
      for each row execute function refuse_at_commit()`)
    .execute(db)
}

/** Makes the database refuse every event, whatever it says. */
export async function refuseAllEvents(db: Kysely<Database>, sqlstate: string): Promise<void> {
  await sql
    .raw(`create function refuse_all() returns trigger language plpgsql as $$ begin
      raise exception using errcode = '${sqlstate}', message = 'refused for the test';
    end $$`)
    .execute(db)
  await sql
    .raw('create trigger refuse_all before insert on events for each row execute function refuse_all()')
    .execute(db)
}

export async function refuseAllNoMore(db: Kysely<Database>): Promise<void> {
  await sql.raw('drop trigger refuse_all on events').execute(db)
}
