"""Mail on disk: single messages, mboxes, Maildirs, folders of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from inbound.mail import read
from server.mailboxes import messages
from tests.inbound.letters import BOUNCES, REPLIES

if TYPE_CHECKING:
    from pathlib import Path

FIRST, SECOND = BOUNCES[0].raw, REPLIES[0].raw


def lay(root: Path) -> Path:
    """Lay out a folder of every kind: a message, an mbox of two, a Maildir; and what is no mail."""
    maildir = root / "Maildir"
    for name in ("cur", "new", "tmp"):
        (maildir / name).mkdir(parents=True)
    (root / "one.eml").write_text(FIRST)
    marked = SECOND.replace("Yes, please", "From here:\nYes, please").replace("\nFrom here", "\n>From here")
    (root / "many.mbox").write_text(f"From - Tue Apr  2\n{FIRST}\n\nFrom - Tue Apr  2\n{marked}\n")
    (maildir / "cur" / "1:2,S").write_text(SECOND)
    (maildir / "new" / "2").write_text(FIRST)
    (maildir / "tmp" / "3").write_text("half a mess")
    (root / ".DS_Store").write_bytes(b"\0")
    return root


def test_every_message_is_found_by_name_and_read_whole(tmp_path: Path) -> None:
    found = {each.name.removeprefix(f"{tmp_path}/"): each.read() for each in messages(lay(tmp_path))}
    assert list(found) == ["Maildir/cur/1:2,S", "Maildir/new/2", "many.mbox#1", "many.mbox#2", "one.eml"]
    kinds = [read(raw).kind for raw in found.values()]
    assert [kind.name for kind in kinds] == ["REPLY", "BOUNCE", "BOUNCE", "REPLY", "BOUNCE"]
    assert found["one.eml"] == FIRST.encode()


def test_a_file_by_itself_is_a_message_or_an_mbox(tmp_path: Path) -> None:
    lay(tmp_path)
    assert [each.read() for each in messages(tmp_path / "one.eml")] == [FIRST.encode()]
    assert len(list(messages(tmp_path / "many.mbox"))) == 2
    (tmp_path / "empty").touch()
    assert [each.read() for each in messages(tmp_path / "empty")] == [b""]
    with pytest.raises(FileNotFoundError):
        list(messages(tmp_path / "nothing"))
