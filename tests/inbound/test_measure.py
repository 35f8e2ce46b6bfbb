"""Real mail of some seventy systems, where it lies beside the checkout: what must be recognised of it."""

from pathlib import Path

import pytest

from inbound.measure import main, measure
from tests.inbound import letters

ROOT = Path(__file__).resolve().parents[2]
MAIL = [folder for folder in (ROOT.parent / "shared" / "mail",) if folder.is_dir()]
"""Others' messages are no part of the project: without the folder our own samples are what is tested."""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Our own samples as such a folder."""
    folders = {
        "bounces": [*letters.BOUNCES, *letters.DELAYS],
        "automatic": [*letters.AUTOMATIC, *letters.AWAY],
        "complaints": letters.COMPLAINTS,
        "other": [*letters.REPLIES, *letters.RECEIPTS],
    }
    for folder, some in folders.items():
        (tmp_path / folder).mkdir()
        for number, letter in enumerate(some):
            (tmp_path / folder / f"{number}.eml").write_text(letter.raw)
    return tmp_path


@pytest.mark.parametrize("folder", MAIL)
def test_real_mail(folder: Path) -> None:
    targets(folder)


def test_our_own(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    targets(own)
    (own / "bounces" / "empty.eml").write_text("")
    (own / "other" / "wrong.eml").write_text(letters.report("5.1.1", "failed"))
    main(own)
    printed = capsys.readouterr().out
    assert "false positives among other: 1" in printed
    assert "bounces/empty.eml" in printed


def targets(folder: Path) -> None:
    """Check what issue 3 asks for."""
    table = measure(folder)
    bounces = table["bounces"]
    assert bounces.share(bounces.right) >= 98, bounces.misses
    assert bounces.share(bounces.addressed) >= 95, bounces.misses
    for name in ("automatic", "complaints", "other"):
        assert table[name].right == table[name].files, table[name].misses
