// The pool: as many connections as ours, every statement prepared once per connection.
import pg from 'pg'

const TIMESTAMPTZ = 1184
// Text as PostgreSQL sends it, into the form of ISO 8601 that our API has; a Date would cost more.
pg.types.setTypeParser(TIMESTAMPTZ, (text) => {
  const time = text.slice(11, -3) // 09:00:00, or 09:00:00.12 where we say 09:00:00.120000
  return `${text.slice(0, 10)}T${time.length > 8 ? time.padEnd(15, '0') : time}+00:00`
})

export const TEAM = process.env.TEAM_ID

export function connect () {
  const options = '-c timezone=UTC' + (process.env.GENERIC ? ' -c plan_cache_mode=force_generic_plan' : '')
  return new pg.Pool({
    host: process.env.PGHOST,
    port: Number(process.env.PGPORT),
    user: process.env.PGUSER,
    database: process.env.PGDATABASE,
    max: Number(process.env.POOL_SIZE),
    min: Number(process.env.POOL_SIZE),
    idleTimeoutMillis: 0,
    options
  })
}

export const KEY = `Bearer ${process.env.KEY}`
