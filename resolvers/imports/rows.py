"""One row of a file, checked and made ready to be stored; or what is wrong with it, cell by cell."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson

from models.columns import to_bits
from models.tables import BUILT_IN_VARIABLES
from resolvers.contacts import MOST_VARIABLES
from resolvers.imports.columns import Columns
from resolvers.imports.said import Cells, said
from resolvers.imports.settled import Facts, Settled, Steps, nowhere, settle
from resolvers.input import UNSTORABLE, email_problems, text_problems, variable_problems
from rules.templates import missing

TEXTS = {"firstName": "FirstName", "lastName": "LastName", "company": "Company", "phone": "Phone"}
_MOST_COUNTED = 1_000_000


class BadRow(NamedTuple):
    """Why a row cannot be imported: the line it begins at, the column's title, what to put right."""

    line: int
    column: str
    reason: str


class Row(NamedTuple):
    """A row as it is staged; the order is that of `models.imports.COLUMNS`."""

    line: int
    email: str
    key: str
    first_name: str | None
    last_name: str | None
    company: str | None
    phone: str | None
    variables: str  # JSON
    owner_id: int
    sequence_id: int | None
    statuses: Settled
    completed: tuple[int, ...]
    steps_left: int
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """A sequence that rows may name, or why it takes none."""

    id: int
    owner_id: int
    steps: Steps
    used: tuple[str, ...]
    refusal: str = ""


@dataclass(slots=True)
class Rows:
    """Checks rows, one after the other, and counts what was mapped on the way."""

    owners: Mapping[str, int]  # by lower-case address
    sequences: Mapping[str, Target]  # by name and by id
    owner_id: int | None
    sequence: Target | None
    may_own: Callable[[int], bool]
    mapped: Counter[tuple[str, str]] = field(default_factory=Counter)

    def check(self, line: int, columns: Columns, cells: Sequence[str]) -> Row | list[BadRow]:
        """Return the row, ready to be stored, or everything that is wrong with it."""
        wrong: list[BadRow] = []
        if len(cells) != len(columns.titles):
            why = (
                f"{len(cells)} cells, but {len(columns.titles)} columns: is there a stray quote or separator?"
            )
            return [BadRow(line, "", why)]
        of = _Cells(columns, cells)
        self._texts(line, of, wrong)
        email = of["email"].strip()
        wrong += [BadRow(line, of.title("email"), each.message) for each in email_problems("", email)]
        variables = {name: cells[place] for name, place in columns.variables.items() if cells[place]}
        target = self._target(line, of, wrong)
        owner_id = self._owner(line, of, target, wrong)
        profile: dict[str, str | None] = {name: of[column] for column, name in TEXTS.items()}
        lacking = missing(target.used, {**variables, **profile, "Email": email}) if target else ()
        settled = self._settled(line, of, target, bool(lacking), wrong)
        if wrong:
            return wrong
        for each in settled.mapped:
            self.mapped[each] += 1
        return Row(
            line,
            email,
            email.lower(),
            of["firstName"] or None,
            of["lastName"] or None,
            of["company"] or None,
            of["phone"] or None,
            orjson.dumps(variables).decode() if variables else "{}",
            owner_id,
            target.id if target else None,
            settled,
            target.steps.ids[: settled.steps] if target else (),
            len(target.steps.ids) - settled.steps if target else 0,
            lacking,
        )

    def _texts(self, line: int, of: "_Cells", wrong: list[BadRow]) -> None:
        """Check what is only text; a row without anything unusual is passed in one look."""
        if UNSTORABLE.search("".join(of.cells)):
            for title, cell in zip(of.columns.titles, of.cells, strict=True):
                if UNSTORABLE.search(cell):
                    wrong.append(BadRow(line, title[:80], unstorable(cell)))
        for column in TEXTS:
            if len(of[column]) > 200:
                wrong += [
                    BadRow(line, of.title(column), p.message) for p in text_problems("", of[column], most=200)
                ]
        for name, place in of.columns.variables.items():
            if len(of.cells[place]) > 2_000 or name in BUILT_IN_VARIABLES:
                pair = [(name, of.cells[place])]
                found = variable_problems("", pair, BUILT_IN_VARIABLES)
                wrong += [BadRow(line, of.columns.titles[place], p.message) for p in found]
        if len(of.columns.variables) > MOST_VARIABLES:
            filled = sum(bool(of.cells[place]) for place in of.columns.variables.values())
            if filled > MOST_VARIABLES:
                why = f"A contact has at most {MOST_VARIABLES} variables of its own; these are {filled}."
                wrong.append(BadRow(line, "", why))

    def _target(self, line: int, of: "_Cells", wrong: list[BadRow]) -> Target | None:
        name = of["sequence"].strip()
        target = self.sequences.get(name) if name else self.sequence
        if name and target is None:
            why = f"No sequence of the team is called “{name[:80]}”, or has this id: make it first."
            wrong.append(BadRow(line, of.title("sequence"), why))
        elif target and target.refusal:
            wrong.append(BadRow(line, of.title("sequence"), target.refusal))
        return target

    def _owner(self, line: int, of: "_Cells", target: Target | None, wrong: list[BadRow]) -> int:
        email = of["owner"].strip()
        owner_id = self.owners.get(email.lower()) if email else self.owner_id
        if owner_id is None:
            why = (
                f"No member of the team has the address “{email[:80]}”."
                if email
                else "Say whose contact it is."
            )
            wrong.append(BadRow(line, of.title("owner"), why))
        elif target and not self.may_own(owner_id):
            why = "With Team Edition on, you put only contacts of your own into a sequence."
            wrong.append(BadRow(line, of.title("owner"), why))
        return owner_id or 0

    def _settled(
        self, line: int, of: "_Cells", target: Target | None, lacking: bool, wrong: list[BadRow]
    ) -> Settled:
        flags = tuple((s, of.cells[p]) for s, places in of.columns.flags.items() for p in places)
        asked = Cells(of["statuses"], of["statusInSequence"], of["callStatus"], of["repliedBy"], flags)
        told = said(asked)
        facts = Facts(
            _number(line, of, "emailsReceived", wrong),
            _number(line, of, "smsSent", wrong),
            _number(line, of, "stepsCompleted", wrong),
            lacking,
        )
        if told.problems:
            wrong += [BadRow(line, of.title(column), why) for column, why in told.problems]
            return Settled()
        for each in told.mapped:
            self.mapped[each] += 1
        if target and target.refusal:
            return Settled()
        found = settle(told, facts, target.steps) if target else nowhere(told, facts)
        if found.problem:
            column, why = found.problem
            wrong.append(BadRow(line, of.title(column), why))
        return found


class _Cells:
    """The cells of a row, by the columns' own names; a column that is not there is empty."""

    __slots__ = ("cells", "columns")

    def __init__(self, columns: Columns, cells: Sequence[str]) -> None:
        self.columns = columns
        self.cells = cells

    def __getitem__(self, column: str) -> str:
        place = self.columns.fields.get(column)
        return "" if place is None else self.cells[place]

    def title(self, column: str) -> str:
        """Return what the file calls a column, or our name of one that it does not have."""
        place = self.columns.fields.get(column)
        return column if place is None else self.columns.titles[place][:80]


def _number(line: int, of: _Cells, column: str, wrong: list[BadRow]) -> int | None:
    text = of[column].strip()
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) < 8 and int(text) <= _MOST_COUNTED:
        return int(text)
    why = f"“{text[:80]}” is no count: write 0 or more, in digits."
    wrong.append(BadRow(line, of.title(column), why))
    return None


def unstorable(text: str) -> str:
    """Say why a text cannot be stored: bytes that were no characters come as lone surrogates."""
    if "\0" in text:
        return "Take the NUL character out."
    return "These bytes are no characters of the file's encoding: save it as UTF-8, or name its encoding."


def records(rows: Iterable[Row]) -> Iterable[tuple[Any, ...]]:
    """Return rows as they are copied into the database."""
    for row in rows:
        settled = row.statuses
        yield (
            *row[:10],
            to_bits(settled.statuses),
            settled.channel.name if settled.channel else None,
            settled.emails,
            settled.sms,
            list(row.completed),
            row.steps_left,
            list(row.missing),
        )
