"""Contacts into a file that an import takes: CSV or NDJSON, piece by piece, in memory that does not grow."""

import csv
import re
from collections.abc import AsyncIterator, Mapping
from io import StringIO
from typing import Any, Final

import orjson

from models import exports
from models.columns import to_set
from resolvers.context import Context
from resolvers.imports.columns import title_of
from resolvers.imports.files import MOST_COLUMNS, Format
from rules.statuses import in_order

COLUMNS: Final = (
    *("email", "firstName", "lastName", "company", "phone", "owner", "sequence", "statuses", "repliedBy"),
    *("emailsReceived", "smsSent", "stepsCompleted"),
)
"""The columns of an export, as an import knows them; a contact's variables follow."""

_FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")
_NUMBER: Final = re.compile(r"[+-]?[0-9 ().,/-]*")


class TooManyVariables(Exception):
    """The contacts have more variables than a table of columns can hold."""


async def export(context: Context, form: Format, *, sequence_id: int | None = None) -> AsyncIterator[bytes]:
    """Yield the contacts that the caller sees, all or those of a sequence.

    Raises `TooManyVariables` (before the first piece) where CSV would have more columns than an import takes.
    """
    names: list[str] = []
    if form is Format.CSV:
        most = MOST_COLUMNS - len(COLUMNS)
        found = await exports.variable_names(context.database, context.team_id, sequence_id, most=most)
        if found is None:
            raise TooManyVariables(f"The contacts have more than {most} variables: export NDJSON.")
        names = found
        yield _line([*COLUMNS, *map(title_of, names)])
    only_of = context.caller.view.only_of
    pages = exports.pages(context.database, context.team_id, sequence_id=sequence_id, only_of=only_of)
    async for page in pages:
        if form is Format.CSV:
            yield b"".join(_csv(_values(row), row["variables"], names) for row in page)
        else:
            yield b"".join(_json(_values(row), row["variables"]) for row in page)


def _values(row: Any) -> dict[str, Any]:
    """Return a contact's values by column."""
    there = row["sequence_id"] is not None
    return {
        "email": row["email"],
        "firstName": row["first_name"],
        "lastName": row["last_name"],
        "company": row["company"],
        "phone": row["phone"],
        "owner": row["owner"],
        "sequence": row["sequence"],
        "statuses": [status.value for status in in_order(to_set(row["statuses"]))],
        "repliedBy": row["replied_by"],
        "emailsReceived": row["emails_received"],
        "smsSent": row["sms_sent"],
        "stepsCompleted": row["steps_completed"] if there else None,
    }


def _json(values: dict[str, Any], variables: Mapping[str, str]) -> bytes:
    return orjson.dumps({**values, "variables": dict(variables)}) + b"\n"


def _csv(values: dict[str, Any], variables: Mapping[str, str], names: list[str]) -> bytes:
    values["statuses"] = "; ".join(values["statuses"])
    cells = ["" if values[column] is None else str(values[column]) for column in COLUMNS]
    cells += [variables.get(name, "") for name in names]
    return _line([_harmless(cell) for cell in cells])


def _harmless(cell: str) -> str:
    """Keep a spreadsheet from taking a text for a formula, by an apostrophe that an import takes off."""
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell


def _line(cells: list[str]) -> bytes:
    line = StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue().encode()
