// The part of our API that the bench asks for, as each of these servers offers it.
export const typeDefs = /* GraphQL */ `
  type Query {
    contact(id: ID): Contact
    contacts(first: Int, after: String, filter: ContactFilter): ContactConnection!
  }
  type Mutation {
    setStatus(input: SetStatusInput!): SetStatusResult!
  }
  input ContactFilter { sequenceId: ID, inSequence: Boolean, statuses: StatusFilter }
  input StatusFilter { all: [Status!], any: [Status!], none: [Status!] }
  input SetStatusInput { contactId: ID!, add: [Status!], remove: [Status!], note: String }
  enum Status {
    ACTIVE PAUSED MISSING_DATA OUT_OF_OFFICE BOUNCED FINISHED OPTED_OUT
    CONTACTED OPENED CLICKED REPLIED AUTO_REPLIED TO_CALL CALLED
  }
  type ContactConnection { nodes: [Contact!]!, pageInfo: PageInfo! }
  type PageInfo { hasNextPage: Boolean!, endCursor: String }
  type Contact {
    id: ID!
    email: String!
    firstName: String
    lastName: String
    statuses: [Status!]!
    version: Int!
    updatedAt: String!
    sequence: Sequence
  }
  type Sequence { id: ID!, name: String!, archived: Boolean!, owner: Member! }
  type Member { id: ID!, name: String!, email: String! }
  type Activity { kind: String!, rules: [String!]! }
  type Reason { code: String!, message: String! }
  union SetStatusResult = SetStatusSuccess | SetStatusFailure
  type SetStatusSuccess { before: [Status!]!, after: [Status!]!, contact: Contact!, activity: Activity! }
  type SetStatusFailure { reasons: [Reason!]! }
`
