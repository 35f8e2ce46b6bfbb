"""What an import is asked to do, and what it tells while it does it."""

from dataclasses import dataclass
from typing import NamedTuple

from resolvers.imports.files import Format
from resolvers.imports.rows import BadRow


class Refused(Exception):
    """The import as a whole cannot be: one sentence a person can act on."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What an import is asked to do."""

    name: str = "a file"
    form: Format = Format.CSV
    encoding: str | None = None
    owner_id: int | None = None  # of contacts whose row names none
    sequence: str | None = None  # that rows enter which name none
    key: str | None = None  # names the import; None: what the file holds does
    skip_bad: bool = False
    dry_run: bool = False


class Progress(NamedTuple):
    """How far it is: `done` of `total` bytes while it is checked, of rows while they are stored."""

    stage: str
    done: int
    total: int


class Mapped(NamedTuple):
    """A word or a column of the file that was understood as one of ours, and in how many rows."""

    found: str
    taken_as: str
    rows: int


class Summary(NamedTuple):
    """How an import ended."""

    key: str
    outcome: str  # stored, checked, refused, or stored before
    rows: int = 0  # that are good
    bad: int = 0
    created: int = 0
    merged: int = 0  # contacts that were there: their profile was merged, their statuses stay
    opted_out: int = 0  # of these
    went_on_after: int = 0  # the line behind which an earlier call had stopped


Message = Progress | Mapped | BadRow | Summary
