"""Mail on disk: one message in a file, many in an mbox, a Maildir, or a folder of any of these."""

from __future__ import annotations

import mailbox
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from inbound.message import MAX_MESSAGE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MBOX = b"From "
"""How an mbox begins (RFC 4155): no header field has a space in its name."""


class Stored(NamedTuple):
    """A message on disk: how a person finds it, and how it is read."""

    name: str
    read: Callable[[], bytes]


def messages(path: Path) -> Iterator[Stored]:
    """Yield the messages of a file or a folder, by name; hidden files are none.

    Each is to be read before the next is asked for.

    Raises `OSError` if there is nothing, or it must not be read.
    """
    if path.is_dir():
        for each in sorted(path.iterdir()):
            unfinished = each.name == "tmp" and (path / "cur").is_dir()  # of a Maildir
            if not each.name.startswith(".") and not unfinished:
                yield from messages(each)
    elif _begins(path) == MBOX:
        with closing(mailbox.mbox(path, create=False)) as box:
            for number, key in enumerate(box.keys(), 1):
                yield Stored(f"{path}#{number}", _of_box(box, key))
    else:
        yield Stored(str(path), _of_file(path))


def _begins(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(len(MBOX))


def _of_box(box: mailbox.mbox, key: str) -> Callable[[], bytes]:
    return lambda: box.get_bytes(key)


def _of_file(path: Path) -> Callable[[], bytes]:
    """Read a file, no further than a byte beyond what a message may have."""

    def read() -> bytes:
        with path.open("rb") as file:
            return file.read(MAX_MESSAGE + 1)

    return read
