"""Pages of docs that hold: each operation in them is run, and must answer what the page shows below it.

Ids and times of a page are examples. An id that an answer shows stands for the real one from there on; the
latest time a page has named so far is now, and earlier ones are as long ago as they are in the page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from tests.world import Home, World

BLOCK = re.compile(r"```graphql\n(.*?)```(?:\n\n```json\n(.*?)```)?", re.DOTALL)
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


async def assert_holds(world: World, home: Home, page: str, known: Mapping[str, str]) -> None:
    """Run the page's operations in order, and compare each answer with the one shown.

    Events are recorded with the key of the team's system, all else with that of its owner. `known` are real
    ids by those of the page.
    """
    ids, latest = dict(known), datetime.min.replace(tzinfo=UTC)
    for operation, shown in BLOCK.findall(page):
        latest = max([latest, *map(datetime.fromisoformat, TIME.findall(operation))])
        person = home.system if "recordEvents" in operation else home.owner
        answer = await world.ask(person, _real(operation, ids, latest))
        if shown:
            expected = json.loads(shown)
            ids |= dict(_ids(expected, answer))
            assert _in_the_pages_ids(answer, ids) == expected, operation


def _real(operation: str, ids: Mapping[str, str], latest: datetime) -> str:
    real = TIME.sub(lambda time: _at(time[0], latest), operation)
    for example, id_ in ids.items():
        real = real.replace(f'"{example}"', f'"{id_}"')
    return real


def _at(time: str, latest: datetime) -> str:
    return (datetime.now(UTC) - (latest - datetime.fromisoformat(time))).isoformat()


def _ids(shown: Any, answer: Any) -> Iterator[tuple[str, str]]:
    """Yield the ids of a page beside the real ones in the same places."""
    if isinstance(shown, dict) and isinstance(answer, dict):
        for name in shown.keys() & answer.keys():
            if name == "id":
                yield shown[name], answer[name]
            else:
                yield from _ids(shown[name], answer[name])
    elif isinstance(shown, list) and isinstance(answer, list):
        for one, other in zip(shown, answer, strict=False):
            yield from _ids(one, other)


def _in_the_pages_ids(answer: Any, ids: Mapping[str, str]) -> Any:
    text = json.dumps(answer)
    for example, id_ in ids.items():
        text = text.replace(f'"{id_}"', f'"{example}"')
    return json.loads(text)
