"""Files that mean harm or mean nothing: each ends with a sentence and a line, and in little memory."""

from __future__ import annotations

import resource
from io import BytesIO

import pytest

from resolvers.imports.files import LONGEST, BadFile, Format, Found, read
from resolvers.imports.messages import Refused
from resolvers.imports.rows import BadRow
from tests.imports.importing import bad, contacts_of, imported, summary
from tests.world import World


def rows(text: bytes, form: Format = Format.CSV) -> list[Found | BadRow]:
    return list(read(BytesIO(text), form))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"", "The file is empty"),
        (b"name\nAda\n", "No column holds the email address"),
        (b"email,e-mail\na@b.example,c@d.example\n", "both are email"),
        (b"email,!!\n", "no variable's name"),
        (b"email\n" + b"x" * (LONGEST + 10), "longer than"),
        (b"email," + b",".join(b"v%d" % n for n in range(1_100)) + b"\n", "1,101 columns"),
        (b"\x00\x01\x02\n", "NUL"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(text: bytes, says: str) -> None:
    with pytest.raises(BadFile, match=says):
        rows(text)


def test_a_quote_that_is_never_closed_holds_no_memory() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    text = b'email\n"' + b"a\n" * 5_000_000
    found = []
    try:
        for each in read(BytesIO(text), Format.CSV):
            found.append(each)
            if len(found) > 10:
                break
    except BadFile:
        pass
    assert isinstance(found[0], BadRow)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def test_how_a_file_is_written_is_found_out() -> None:
    for text in (
        b"\xef\xbb\xbfemail;company\r\na@b.example;K\xc3\xb6ln\r\n",
        "email\tcompany\na@b.example\tK\u00f6ln\n".encode("utf-16"),
        b"email|company\na@b.example|K\xf6ln\n",
        b'"email","company"\r"a@b.example","K\xc3\xb6ln"\r',
    ):
        [found] = rows(text)
        assert isinstance(found, Found)
        assert list(found.cells) == ["a@b.example", "K\u00f6ln"]


async def test_a_bad_byte_or_nul_is_one_rows_matter(world: World) -> None:
    home = await world.team()
    text = b"email,company\n" + b"".join(b"c%d@b.example,\n" % n for n in range(6_000))
    text += b"x@b.example,K\xf6ln\ny@b.example,a\0b\n"
    found = await imported(home, text, dry_run=True)
    assert [(each.line, each.column) for each in bad(found)] == [(6002, "company"), (6003, "company")]
    assert summary(found).rows == 6_000


async def test_ndjson_that_is_none(world: World) -> None:
    home = await world.team()
    lines = ['{"email": "a@b.example"}', "[1]", "{", '{"email": {"x": 1}}', '{"mail": 3}', "[" * 5_000, ""]
    found = await imported(home, "\n".join(lines), form=Format.NDJSON)
    assert {each.line for each in bad(found)} == {2, 3, 4, 5, 6}
    assert summary(found).rows == 1
    assert not await contacts_of(home)


async def test_an_encoding_that_is_none_is_refused(world: World) -> None:
    with pytest.raises(Refused, match="No encoding is called"):
        await imported(await world.team(), "email\n", encoding="klingon")
