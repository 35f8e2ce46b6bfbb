// setStatus by hand, in one transaction: lock, decide, update, log. Of the rules only the two rows that are asked
// for here: Active becomes Paused, and Paused becomes Active while steps are left and no variable is missing.
import { TEAM } from './database.mjs'
import { BIT, CONTACT, STAGES, contactOf, numberOf, toSet } from './values.mjs'

const RULES = JSON.parse(process.env.RULES ?? '{}')
const MEMBER = process.env.MEMBER_ID

const statement = (name, text) => (values) => ({ name, text, values, rowMode: 'array' })

const lock = statement('lock', `
  select ${CONTACT}, e.steps_left, e.missing_variables
  from contact c
  left join enrolment e on e.team_id = c.team_id and e.id = c.enrolment_id
  left join sequence s on s.team_id = c.team_id and s.id = c.sequence_id
  where c.team_id = $1 and c.id = $2 for update of c`)
const update = statement('update', `
  update contact set statuses = $3, version = $4, decided_at = now(), updated_at = statement_timestamp()
  where team_id = $1 and id = $2`)
const log = statement('log', `
  insert into activity (team_id, contact_id, sequence_id, kind, member_id, before, after, rules, note, version)
  values ($1, $2, $3, 'STATUSES_CHANGED', $4, $5, $6, $7, $8, $9)`)

function decide (bits, status, stepsLeft, missing) {
  const stage = bits & STAGES
  if (status === 'PAUSED' && stage === BIT.ACTIVE) return (bits & ~STAGES) | BIT.PAUSED
  if (status === 'ACTIVE' && stage === BIT.PAUSED && stepsLeft > 0 && missing.length === 0) {
    return (bits & ~STAGES) | BIT.ACTIVE
  }
  return null
}

export async function setStatus (pool, { contactId, add: [status], note }) {
  const number = numberOf('Contact', contactId)
  const client = await pool.connect()
  try {
    await client.query('begin')
    const row = (await client.query(lock([TEAM, number]))).rows[0]
    const before = row?.[4]
    const after = row ? decide(before, status, row[8], row[9]) : null
    if (after === null) {
      await client.query('rollback')
      return { reasons: [{ code: row ? 'NO_TRANSITION' : 'CONTACT_NOT_FOUND', message: 'Refused.' }] }
    }
    const rules = [RULES[status]]
    await client.query(update([TEAM, number, after, row[5] + 1]))
    await client.query(log([TEAM, number, row[7], MEMBER, before, after, rules, note ?? null, row[5] + 1]))
    await client.query('commit')
    const contact = { ...contactOf(row), statuses: toSet(after), version: row[5] + 1 }
    return { before: toSet(before), after: contact.statuses, contact, activity: { kind: 'STATUSES_CHANGED', rules } }
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
}
