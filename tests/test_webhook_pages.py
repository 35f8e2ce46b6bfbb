"""What docs/webhooks.md shows is what a receiver gets, and the secrets of docs/inbound.md are taken."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphql import build_schema, parse, validate

from inbound.webhooks.receive import PROVIDERS
from rules.events import Event
from server import webhook_secrets
from tests.inbound.payloads import signing
from tests.resolvers.away import until
from tests.resolvers.making import a_sequence, enrolled, happens
from tests.server.receiver import delivering, receiving
from tests.server.sending import a_webhook

if TYPE_CHECKING:
    from models.engine import Database
    from tests.world import Home

DOCS = Path(__file__).parent.parent / "docs"
SDL = (DOCS.parent / "schema/schema.graphql").read_text()
PAGE = (DOCS / "webhooks.md").read_text()
SECRETS = re.compile(r"^\| `(\w+)` \| `(\{.*?\})`", re.MULTILINE)


def block(language: str) -> str:
    """Return the page's first block in a language."""
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found
    text: str = found[1]
    return text


def form(value: Any) -> Any:
    """Return what a value is made of: names, and the kinds of what stands there; a time is one kind."""
    if isinstance(value, dict):
        return {name: form(each) for name, each in value.items()}
    if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT", value):
        return datetime
    return type(value)


async def test_what_arrives_is_what_the_page_shows(
    home: Home, empty_database: Database, empty_database_url: str
) -> None:
    context, system = home.owner.context, home.system.context
    [contact_id] = await enrolled(context, await a_sequence(context, "A"))
    await happens(system, contact_id, Event.EMAIL_SENT)
    with receiving() as receiver:
        webhook = await a_webhook(home, receiver.url)
        async with delivering(empty_database_url):
            await happens(system, contact_id, Event.REPLY_RECEIVED)

            async def arrived() -> bool:
                return bool(receiver.accepted)

            await until(arrived)
    got = receiver.accepted[0]
    head, _, body = block("http").partition("\n\n")
    shown, sent = json.loads(body), json.loads(got.body)
    assert form(sent) == form(shown)
    for name in ("kind", "cause", "by", "before", "after"):
        assert sent["data"][name] == shown["data"][name]
    assert sent["type"] == shown["type"]
    assert {line.partition(":")[0].lower() for line in head.splitlines()[1:]} <= got.headers.keys()
    names = {"secret": webhook.secret, "body": got.body, "headers": got.headers}
    exec(block("python"), names)  # noqa: S102 -- our own page
    assert names["message"] == sent


def test_the_webhook_is_created_as_the_page_shows() -> None:
    assert validate(build_schema(SDL), parse(block("graphql"))) == []


def test_the_secrets_of_each_provider_are_taken_as_the_page_shows_them() -> None:
    shown = SECRETS.findall((DOCS / "inbound.md").read_text())
    assert {provider for provider, _ in shown} == {*PROVIDERS}
    key = signing.sendgrid_key(signing.curve())
    for provider, secrets in ((each, text.replace("MFkwEwYH…", key)) for each, text in shown):
        assert webhook_secrets.read(provider, json.loads(secrets))
