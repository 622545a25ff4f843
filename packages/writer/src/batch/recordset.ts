import { type AliasedRawBuilder, sql } from 'kysely'

/** A column of a record set, as PostgreSQL names its type. */
type ColumnType = 'text' | 'uuid' | 'integer' | 'bigint' | 'timestamptz' | 'jsonb'

/**
 * The objects of a JSON array as the rows of a table expression, e.g.
 * `recordset<'point', Point>('point', '[{"x":1,"y":2}]', { x: 'bigint', y: 'bigint' })`. One parameter carries any number
 * of rows.
 */
export function recordset<Alias extends string, Row>(
  alias: Alias,
  json: string,
  columns: Readonly<Record<keyof Row & string, ColumnType>>,
): AliasedRawBuilder<Row, Alias> {
  const definitions = Object.entries<ColumnType>(columns).map(([name, type]) => sql`${sql.ref(name)} ${sql.raw(type)}`)
  return sql<Row>`jsonb_to_recordset(${json}::jsonb)`.as<Alias>(sql`${sql.ref(alias)}(${sql.join(definitions)})`)
}
