"""Broken and hostile mail: answered in bounded time with a reading or Unreadable, never anything else."""

import time
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inbound.categories import categorize
from inbound.headers import Headers
from inbound.mail import read
from inbound.message import MAX_MESSAGE, MAX_PARTS, parse
from inbound.reading import Kind, Unreadable
from tests.inbound.letters import LETTERS, Letter

SECONDS = 3.0  # many times what the slowest takes here
MEGABYTES = 120  # four times the largest message, and what the test itself holds

MB = 1024 * 1024
HEAD = b"From: a@theirs.example\r\nTo: b@ours.example\r\nSubject: x\r\n"
DAEMON = b"From: MAILER-DAEMON@theirs.example\r\nReturn-Path: <>\r\nSubject: failure notice\r\n"
MIXED = HEAD + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
HTML = HEAD + b"Content-Type: text/html\r\n\r\n"
REPORT = DAEMON + b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
STATUS = b"--b\nContent-Type: message/delivery-status\n\n"
LEVEL = b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n'
TYPED = HEAD + b"Content-Type: text/plain; charset=%b\r\n\r\n%b"

HOSTILE: dict[str, bytes] = {
    "five thousand levels": HEAD + b"".join(LEVEL % (n, n) for n in range(5_000)) + b"\r\nhi",
    "messages in messages": HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 100_000,
    "a million parts": MIXED + b"--b\r\n\r\nx\r\n" * 1_000_000,
    "a million near boundaries": HEAD + b"Content-Type: multipart/mixed; boundary=-\r\n\r\n" + b"\n---x" * MB,
    "base64": HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"QUFB" * 6 * MB,
    "quoted-printable": HEAD + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + b"=41" * 8 * MB,
    "ten thousand fields": b"".join(b"X-%d: v\r\n" % n for n in range(10_000)) + HEAD + b"\r\nhi",
    "a million fields": HEAD + b"A: v\n" * MB + b"\nhi",
    "a field without end": HEAD + b"X: a\r\n" + b" x\r\n" * 4 * MB,
    "brackets": b"From: " + b"(" * MB + b"\r\n\r\nhi",
    "encoded words": b"From: a@b.c\nSubject: " + b"=?utf-8?b?" * 100_000 + b"\n\nhi",
    "a million references": HEAD + b"References: " + b"<a@b> " * MB + b"\r\n\r\nhi",
    "a million addressees": HEAD + b"Cc: " + b"a@b.example, " * MB + b"\r\n\r\nhi",
    "semicolons": HEAD + b"Content-Type: " + b";" * MB + b"\r\n\r\nhi",
    "broken parameters": HEAD + b"Content-Type: text/plain; charset*0*0=x; a*1*=%; t*99999999999=1\r\n\r\nhi",
    "empty lines": HEAD + b"\r\n" + b"\n" * 20 * MB,
    "open tags": HTML + b"<a" * 10 * MB,
    "quotes": HTML + b"<blockquote>" * MB,
    "entities": HTML + b"&" * 20 * MB,
    "at signs": HEAD + b"\r\n" + b"a@" * 10 * MB,
    "a long word": HEAD + b"\r\n" + b"a" * 20 * MB + b"@",
    "quoted headers": HEAD + b"\r\n" + b"From: a@b.c\nTo: d@e.f\n" * MB,
    "words of failure": DAEMON + b"\r\n" + b"deliver could not be mailbox user " * 500_000,
    "failed addresses": DAEMON + b"\r\n" + b"lost@theirs.example\n" * MB,
    "failed recipients": REPORT + STATUS + b"Final-Recipient: rfc822;a@b.c\nAction: failed\n\n" * 200_000,
    "dates": b"Auto-Submitted: auto-replied\n" + HEAD + b"\r\n" + b"until 5/5 back on " * MB,
    "punycode": TYPED % (b"punycode", b"a-" * 10 * MB),
    "idna": TYPED % (b"idna", b"xn--a." * 3 * MB),
    "a compressing codec": TYPED % (b"zlib", b"x\x9c" * MB),
    "escapes": TYPED % (b"iso-2022-jp", b"\x1b$B" * 6 * MB),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_time_is_bounded(name: str) -> None:
    before = time.monotonic()
    reading = read(HOSTILE[name][:MAX_MESSAGE])
    assert time.monotonic() - before < SECONDS
    assert reading.kind in {Kind.REPLY, Kind.BOUNCE, Kind.OUT_OF_OFFICE}


@pytest.mark.parametrize("name", ["base64", "a million parts", "a million fields", "words of failure"])
def test_memory_is_bounded(name: str) -> None:
    raw = HOSTILE[name][:MAX_MESSAGE]
    tracemalloc.start()
    read(raw)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < MEGABYTES * MB


def test_parts_and_fields_are_counted() -> None:
    assert len(parse(HOSTILE["a million parts"][:MAX_MESSAGE]).parts) <= MAX_PARTS
    headers, rest = Headers.read(HOSTILE["ten thousand fields"])
    assert (headers.get("x-9999"), rest) == ("v", b"hi")


@pytest.mark.parametrize(
    "raw", [b"", b"\r\n\r\n", b"no field here", b"\x00" * 1000, b" " * (MAX_MESSAGE + 1)]
)
def test_what_is_no_message(raw: bytes) -> None:
    with pytest.raises(Unreadable):
        read(raw)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=2_000))
def test_any_bytes(raw: bytes) -> None:
    readable(raw)
    readable(HEAD + raw)
    readable(REPORT + STATUS + raw)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(LETTERS),
    st.lists(
        st.tuples(st.integers(0, 3_000), st.integers(0, 60), st.binary(max_size=30)), min_size=1, max_size=8
    ),
)
def test_any_damage(letter: Letter, damage: list[tuple[int, int, bytes]]) -> None:
    raw = letter.raw.encode()
    for position, length, instead in damage:
        start = position % (len(raw) + 1)
        raw = raw[:start] + instead + raw[start + length :]
    readable(raw)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=500))
def test_any_text_has_a_category_or_another_language(text: str) -> None:
    assert categorize(text).why


def readable(raw: bytes) -> None:
    """Read, and allow nothing but a reading or Unreadable, soon."""
    before = time.monotonic()
    try:
        read(raw)
    except Unreadable:
        return
    finally:
        assert time.monotonic() - before < SECONDS
