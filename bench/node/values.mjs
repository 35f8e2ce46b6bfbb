// How values lie in columns, and how the API shows them.
const STATUSES = [
  'ACTIVE', 'PAUSED', 'MISSING_DATA', 'OUT_OF_OFFICE', 'BOUNCED', 'FINISHED', 'OPTED_OUT',
  'CONTACTED', 'OPENED', 'CLICKED', 'REPLIED', 'AUTO_REPLIED', 'TO_CALL', 'CALLED'
]
export const BIT = Object.fromEntries(STATUSES.map((status, place) => [status, 1 << place]))
export const STAGES = 127

const sets = new Map()
export function toSet (bits) {
  let found = sets.get(bits)
  if (found === undefined) sets.set(bits, (found = STATUSES.filter((status) => bits & BIT[status])))
  return found
}

export const toBits = (statuses) => statuses.reduce((bits, status) => bits | BIT[status], 0)

export const toId = (kind, number) => Buffer.from(`${kind}:${number}`).toString('base64url')

export function numberOf (kind, id) {
  const [found, number] = Buffer.from(id, 'base64url').toString().split(':')
  return found === kind ? number : '0'
}

const LIST = 'contacts:CREATED_AT:ASC'
export const cursorOf = (number) => Buffer.from(`["${LIST}",${number}]`).toString('base64url')
export const placeOf = (cursor) => String(JSON.parse(Buffer.from(cursor, 'base64url').toString())[1])

// Contact columns come first in every statement, in this order.
export const CONTACT = 'c.id, c.email, c.first_name, c.last_name, c.statuses, c.version, c.updated_at, c.sequence_id'
export const contactOf = (row) => ({
  number: row[0],
  id: toId('Contact', row[0]),
  email: row[1],
  firstName: row[2],
  lastName: row[3],
  statuses: toSet(row[4]),
  version: row[5],
  updatedAt: row[6],
  sequenceNumber: row[7]
})

export const SEQUENCE = 's.id, s.name, s.archived, s.owner_id'
export const sequenceOf = (row, at = 0) => ({
  id: toId('Sequence', row[at]),
  name: row[at + 1],
  archived: row[at + 2],
  ownerNumber: row[at + 3]
})

export const MEMBER = 'm.id, m.name, m.email'
export const memberOf = (row, at = 0) => ({ id: toId('Member', row[at]), name: row[at + 1], email: row[at + 2] })
