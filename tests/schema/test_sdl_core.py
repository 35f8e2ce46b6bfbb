"""What api.md fixes of the schema is there, with that nullability."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLUnionType,
    parse,
)
from graphql.language import print_ast

from tests.schema.test_bad_input_text import SCHEMA

CORE = """
enum Status { ACTIVE PAUSED MISSING_DATA OUT_OF_OFFICE BOUNCED FINISHED OPTED_OUT
              CONTACTED OPENED CLICKED REPLIED AUTO_REPLIED TO_CALL CALLED }
enum ChangeKind { ADD REMOVE }
enum Channel { EMAIL SMS }
type StatusChange { kind: ChangeKind!  status: Status! }
type Variable { name: String!  value: String! }
type Contact {
  id: ID!  email: String!  firstName: String  lastName: String  company: String  phone: String
  variables: [Variable!]!  owner: Member!  sequence: Sequence  enrolment: Enrolment
  statuses: [Status!]!  statusDetails: [StatusDetail!]!  transitions: [Transition!]!
  canReceiveEmail: Boolean!  repliesTracked: Boolean!
  activity(first: Int after: String last: Int before: String): ActivityConnection!
  version: Int!  createdAt: DateTime!  updatedAt: DateTime!
}
type Enrolment {
  emailsReceived: Int!  smsSent: Int!  stepsCompleted: Int!  stepsLeft: Int!
  missingVariables: [String!]!  startedAt: DateTime!
}
type StatusDetail { status: Status!  since: DateTime!  by: Actor!  cause: EventKind  channel: Channel }
type Transition {
  change: StatusChange!  allowed: Boolean!  becomes: [Status!]  reasons: [Reason!]!  wayOut: [StatusChange!]!
}
input SetStatusInput {
  contactId: ID!  add: [Status!]!  remove: [Status!]!  expectedVersion: Int  note: String
}
type Mutation { setStatus(input: SetStatusInput!): SetStatusResult! }
union SetStatusResult = SetStatusSuccess | SetStatusFailure
union Actor = Member | System
type SetStatusSuccess { contact: Contact!  before: [Status!]!  after: [Status!]!  activity: Activity }
type SetStatusFailure { contact: Contact  reasons: [Reason!]!  wayOut: [StatusChange!]! }
interface Reason { code: ReasonCode!  message: String!  change: StatusChange }
type NotTheOwner { owner: Member! }
type SystemOnly { event: EventKind! }
type Incompatible { stage: Status! }
type NoTransition { allowed: [StatusChange!]! }
type DataMissing { variables: [String!]! }
type VersionConflict { expected: Int!  actual: Int! }
input ContactFilter {
  sequenceId: ID  ownerId: ID  inSequence: Boolean  statuses: StatusFilter  repliedBy: Channel
  canReceiveEmail: Boolean  search: String  updatedSince: DateTime
}
input StatusFilter { all: [Status!] any: [Status!] none: [Status!] }
type Query {
  node(id: ID!): Node   nodes(ids: [ID!]!): [Node]!
  viewer: Viewer
  contact(id: ID, email: String): Contact
  contacts(first: Int after: String last: Int before: String filter: ContactFilter orderBy: ContactOrder): ContactConnection!
  sequence(id: ID!): Sequence
  sequences(first: Int after: String last: Int before: String): SequenceConnection!
  statusRules: [StatusRule!]!
}
"""  # noqa: E501 - as in api.md


def core() -> list[Any]:
    """Return the definitions that api.md fixes."""
    return [pytest.param(node, id=node.name.value) for node in parse(CORE).definitions]  # type: ignore[attr-defined]


@pytest.mark.parametrize("node", core())
def test_what_api_md_names_is_there_with_its_types(node: Any) -> None:
    kind = SCHEMA.type_map[node.name.value]
    if isinstance(kind, GraphQLEnumType):
        assert set(kind.values) == {value.name.value for value in node.values}
        return
    if isinstance(kind, GraphQLUnionType):
        assert {each.name for each in kind.types} == {each.name.value for each in node.types}
        return
    assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType)
    for field in node.fields:
        found = kind.fields[field.name.value]
        assert str(found.type) == print_ast(field.type), field.name.value
        for argument in getattr(field, "arguments", None) or ():
            assert str(found.args[argument.name.value].type) == print_ast(argument.type)
