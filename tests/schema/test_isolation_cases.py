"""What the tests of isolation and of private mode call: each root field with ids, and two teams' things.

A root field, an id among its arguments or a type it answers with that is not named here fails the tests.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphql import (
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)
from sqlalchemy import text
from sqlmodel import SQLModel

from models.tables import StepKind
from resolvers import contacts, enrolments, sequences, statuses, webhooks_out
from resolvers.context import Context
from rules.statuses import Status
from schema.ids import to_id
from tests.resolvers.bulk import asked, previewed, started
from tests.resolvers.following import shown
from tests.schema.test_bad_input_text import SCHEMA
from tests.world import made

if TYPE_CHECKING:
    from tests.world import Home, Person, World

KINDS = ("Contact", "Sequence", "Step", "Member", "Activity", "Team", "Webhook", "Delivery", "BulkChange")
UNKNOWN = 10**15
Path = tuple[str | int, ...]

SHOWN = {
    "Activity": "id note lineVersion: version after by { ... on Member { id name } } sequence { id name }",
    "Contact": "id email firstName company owner { id name } sequence { id name } statuses version",
    "Member": "id name memberEmail: email",
    "Sequence": "id name owner { id name } steps { id body }",
    "Step": "id stepBody: body",
    "Team": "id teamName: name",
    "Webhook": "id url creator { id name } sequence { id name }",
    "Delivery": "id state activity { id note }",
    "BulkSummary": "changed refused",
    "Viewer": "member { id name } team { id name }",
    "StatusRule": "sentence",
    "BulkPreview": "total changed",
    "Status": "",
    "Reason": "code message",
    "Int": "",
    "Boolean": "",
    "ID": "",
    "String": "",
}
"""What is asked of each type, so that whatever belongs to others would show."""
SHOWN["BulkResult"] = f"contact {{ {SHOWN['Contact']} }} activity {{ {SHOWN['Activity']} }}"
SHOWN["BulkChange"] = (
    "id bulkNote: note bulkState: state total by { id name }"
    f" results(first: 2) {{ totalCount nodes {{ {SHOWN['BulkResult']} }} }}"
)
SHOWN["Node"] = " ".join(f"... on {kind} {{ {SHOWN[kind]} }}" for kind in KINDS)
SHOWN["ActivityConnection"] = f"totalCount nodes {{ {SHOWN['Activity']} contact {{ id email }} }}"
SHOWN["BulkChangeConnection"] = f"totalCount nodes {{ {SHOWN['BulkChange']} }}"
SHOWN["ContactConnection"] = f"totalCount nodes {{ {SHOWN['Contact']} }}"
SHOWN["SendableConnection"] = f"totalCount nodes {{ contact {{ {SHOWN['Contact']} }} step {{ body }} }}"
SHOWN["DeliveryConnection"] = f"totalCount nodes {{ {SHOWN['Delivery']} }}"
SHOWN["SequenceConnection"] = f"totalCount nodes {{ {SHOWN['Sequence']} }}"


def asked_of(name: str) -> str:
    """Return the selection for a type: of a union, each member's fields; of a failure, its reasons."""
    kind = SCHEMA.get_type(name)
    if isinstance(kind, GraphQLUnionType):
        parts = (f"... on {each.name} {{ {_fields(each)} }}" for each in kind.types)
        return f"{{ __typename {' '.join(parts)} }}"
    return f"{{ __typename {SHOWN[name]} }}" if SHOWN[name] else ""


def _fields(kind: GraphQLObjectType) -> str:
    if any(interface.name == "Failure" for interface in kind.interfaces):
        return "reasons { code message }"
    return " ".join(
        f"{name} {asked_of(get_named_type(field.type).name)}" for name, field in kind.fields.items()
    )


def operation(kind: str, name: str) -> str:
    """Return an operation of one root field that takes all its arguments as variables."""
    root = SCHEMA.query_type if kind == "query" else SCHEMA.mutation_type
    assert root
    field = root.fields[name]
    declared = ", ".join(f"${key}: {argument.type}" for key, argument in field.args.items())
    given = ", ".join(f"{key}: ${key}" for key in field.args)
    head, call = (f"({declared})", f"({given})") if given else ("", "")
    return f"{kind} {head} {{ {name}{call} {asked_of(get_named_type(field.type).name)} }}"


def leaves(kind: GraphQLInputType, wanted: str, seen: frozenset[str] = frozenset()) -> Iterator[Path]:
    """Yield the paths to every value of a scalar within an input."""
    if is_non_null_type(kind):
        yield from leaves(kind.of_type, wanted, seen)
    elif is_list_type(kind):
        yield from ((0, *path) for path in leaves(kind.of_type, wanted, seen))
    elif isinstance(kind, GraphQLInputObjectType) and kind.name not in seen:
        for name, field in kind.fields.items():
            yield from ((name, *path) for path in leaves(field.type, wanted, seen | {kind.name}))
    elif is_leaf_type(kind) and get_named_type(kind).name == wanted:
        yield ()


def places(wanted: str) -> list[tuple[str, str, Path]]:
    """Return every place of a scalar in the arguments of the root fields."""
    found = []
    for kind, root in (("query", SCHEMA.query_type), ("mutation", SCHEMA.mutation_type)):
        assert root
        for name, field in root.fields.items():
            for argument, taken in field.args.items():
                found += [(kind, name, (argument, *path)) for path in leaves(taken.type, wanted)]
    return found


def put(value: Any, path: Path, given: Any) -> Any:
    """Return a copy of variables with another value at a path."""
    match path:
        case (str() as key, *rest):
            inner = value or {}
            return {**inner, key: put(inner.get(key), tuple(rest), given)}
        case (int(), *rest):
            return [put(value[0] if value else None, tuple(rest), given)]
        case _:
            return given


@dataclass(frozen=True)
class Things:
    """What one member has: a contact in a sequence, one in none, and a second sequence with an Active one."""

    ids: dict[str, str]
    loose: str
    second: str
    email: str
    token: str = ""


async def things(context: Context, word: str) -> Things:
    """Make what belongs to a member, with a word in all of its texts."""
    sequence = made(await sequences.create(context, f"{word} sequence", {}))
    second = made(await sequences.create(context, f"{word} second", {}))
    for each in (sequence, second):
        step = made(
            await sequences.add_step(context, each.id, kind=StepKind.EMAIL, subject=word, body=f"{word} body")
        ).step
    fields = {"first_name": f"{word} first", "last_name": f"{word} last", "company": f"{word} company"}
    emails = [f"{word}@example.com", f"{word}.loose@example.com", f"{word}.ready@example.com"]
    profiles = [contacts.Profile(email, fields, [("Word", word)]) for email in emails]
    contact, loose, ready = (each.record.contact for each in made(await contacts.upsert(context, profiles)))
    made(await enrolments.enroll(context, sequence.id, [contact.id]))
    made(await enrolments.enroll(context, second.id, [ready.id]))
    changed = made(await statuses.set_status(context, contact.id, add=[Status.PAUSED], note=f"{word} note"))
    what = asked(add=[Status.PAUSED], note=f"{word} bulk", sequence_id=second.id)
    bulk_change = await started(context, what)
    token = (await previewed(context, what)).token
    await shown(context)
    url = {"url": f"https://8.8.8.8/{word}", "sequence_id": sequence.id}
    webhook = made(await webhooks_out.create(context, url)).webhook
    delivery = made(await webhooks_out.test(context, webhook.id))
    numbers = {
        "Contact": contact.id,
        "Sequence": sequence.id,
        "Step": step.id,
        "Member": context.caller.member_id or 0,
        "Activity": changed.line.id,
        "Team": context.team_id,
        "Webhook": webhook.id,
        "Delivery": delivery.id,
        "BulkChange": bulk_change.id,
    }
    ids = {kind: to_id(kind, number) for kind, number in numbers.items()}
    return Things(ids, to_id("Contact", loose.id), to_id("Sequence", second.id), emails[0], token)


def cases(mine: Things) -> dict[str, dict[str, Any]]:
    """Return variables for every root field that do something with one's own things."""
    contact, sequence, member = mine.ids["Contact"], mine.ids["Sequence"], mine.ids["Member"]
    return {
        "viewer": {},
        "statusRules": {},
        "node": {"id": contact},
        "nodes": {"ids": [contact]},
        "contact": {"id": contact},
        "contacts": {"filter": {"sequenceId": sequence, "ownerId": member}},
        "sequence": {"id": sequence},
        "sequences": {},
        "changes": {"filter": {"sequenceId": sequence, "contactId": contact}},
        "sendable": {"sequenceId": mine.second},
        "webhooks": {},
        "deliveries": {"webhookId": mine.ids["Webhook"]},
        "createWebhook": {"input": {"url": "https://8.8.8.8/new", "filter": {"sequenceId": sequence}}},
        "updateWebhook": {"input": {"webhookId": mine.ids["Webhook"], "filter": {"sequenceId": sequence}}},
        "rotateWebhookSecret": {"input": {"webhookId": mine.ids["Webhook"]}},
        "testWebhook": {"input": {"webhookId": mine.ids["Webhook"]}},
        "redeliver": {"input": {"deliveryId": mine.ids["Delivery"]}},
        "deleteWebhook": {"input": {"webhookId": mine.ids["Webhook"]}},
        "bulkChange": {"id": mine.ids["BulkChange"]},
        "bulkChanges": {},
        "previewBulkChange": {"input": {"filter": {"sequenceId": sequence}, "add": ["FINISHED"]}},
        "startBulkChange": {"input": {"token": mine.token}},
        "undoBulkChange": {"input": {"bulkChangeId": mine.ids["BulkChange"]}},
        "cancelBulkChange": {"input": {"bulkChangeId": mine.ids["BulkChange"]}},
        "setStatus": {"input": {"contactId": contact, "add": ["FINISHED"], "remove": []}},
        "setStatuses": {"input": {"changes": [{"contactId": contact, "add": ["FINISHED"]}]}},
        "undo": {"input": {"activityId": mine.ids["Activity"]}},
        "enrollContacts": {"input": {"sequenceId": sequence, "contactIds": [mine.loose]}},
        "moveContacts": {"input": {"sequenceId": mine.second, "contactIds": [contact]}},
        "removeContacts": {"input": {"contactIds": [contact]}},
        "createSequence": {"input": {"name": "New", "ownerId": member}},
        "updateSequence": {"input": {"sequenceId": sequence, "name": "Renamed", "ownerId": member}},
        "addStep": {"input": {"sequenceId": sequence, "kind": "CALL", "body": "Call"}},
        "updateStep": {"input": {"stepId": mine.ids["Step"], "body": "Changed"}},
        "removeStep": {"input": {"stepId": mine.ids["Step"]}},
        "recordEvents": {"input": {"events": [_opted_out(contact)]}},
        "categorizeReply": {"input": {"activityId": mine.ids["Activity"], "category": "OTHER"}},
        "upsertContacts": {"input": {"contacts": [{"email": "new@example.com", "ownerId": member}]}},
    }


def _opted_out(contact: str) -> dict[str, str]:
    happened = {"kind": "OPT_OUT_CLICKED", "occurredAt": "2026-01-05T09:00:00Z", "contactId": contact}
    return {"source": "test", "id": secrets.token_hex(8)} | happened


def caller(home: Home, name: str) -> Person:
    """Return who may call a root field: the team's system alone records events."""
    return home.system if name == "recordEvents" else home.owner


async def snapshot(world: World, team_id: int) -> dict[str, list[str]]:
    """Return every row that a team has, but for when its keys were used."""
    found = {}
    async with world.database.read(team_id) as session:
        for table in SQLModel.metadata.sorted_tables:
            if "team_id" in table.columns and table.name != "api_key":
                rows = await session.execute(text(f'select t::text from "{table.name}" t order by 1'))
                found[table.name] = list(rows.scalars())
    return found
