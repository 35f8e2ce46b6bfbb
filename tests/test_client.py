"""The committed Python client is the one of the present API: if one of these fails, run `make client`."""

from __future__ import annotations

import re

import pytest
from contact_status import ReasonCode, SetStatus
from graphql import build_schema, parse, print_ast, validate

from clients.uses import OPERATIONS, ROOT, operations, the_schema, uses

CLIENT = ROOT / "clients/python"


def test_its_operations_are_valid() -> None:
    assert validate(the_schema(), operations()) == []


def test_what_it_uses_of_the_api_is_as_it_was() -> None:
    recorded = (CLIENT / "uses.txt").read_text().splitlines()
    assert uses(the_schema(), operations()) == recorded, "The API has changed: run `make client`"


def test_it_sends_the_operations_that_are_beside_it() -> None:
    code = (CLIENT / "contact_status/client.py").read_text()
    sent = {
        print_ast(definition)
        for document in re.findall(r'gql\("""(.*?)"""\)', code, re.DOTALL)
        for definition in parse(document.replace("__typename", "")).definitions
    }
    written = {print_ast(definition) for definition in operations().definitions}
    assert sent == written, f"{OPERATIONS} has changed: run `make client`"


@pytest.mark.parametrize("change", ["contactId: ID!", "add: [Status!]!", "after: [Status!]!"])
def test_a_change_of_what_it_uses_is_noticed(change: str) -> None:
    text = (ROOT / "schema/schema.graphql").read_text()
    changed = build_schema(text.replace(change, change.removesuffix("!")))
    assert uses(changed, operations()) != uses(the_schema(), operations())


def test_a_reason_that_it_does_not_know_is_read_as_it_is() -> None:
    reason = {"__typename": "TooLate", "code": "TOO_LATE", "message": "It is too late."}
    refused = {"__typename": "SetStatusFailure", "present": None, "reasons": [reason], "wayOut": []}
    answer = SetStatus.model_validate({"setStatus": refused}).set_status
    assert answer.typename__ == "SetStatusFailure"
    [read] = answer.reasons
    assert (read.code.name, read.message) == ("TOO_LATE", "It is too late.")
    assert read.code not in set(ReasonCode)
