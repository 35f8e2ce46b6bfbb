"""What is new in a message: quoted text and signatures in several manners, HTML, charsets."""

import pytest

from inbound.charsets import decoded
from inbound.mail import read
from inbound.message import plain
from inbound.quotes import new_text
from tests.inbound.letters import person


@pytest.mark.parametrize(
    "rest",
    [
        "> Hello\n> there",
        "On Mon, 1 Apr 2024 at 10:00, Sales <sales@ours.example> wrote:\n> Hello",
        "On Mon, 1 Apr 2024 at 10:00, Sales with a long name\n<sales@ours.example> wrote:\n\n> Hello",
        "Am 01.04.2024 um 10:00 schrieb Sales:\n> Hallo",
        "Le lun. 1 avr. 2024 à 10:00, Sales <sales@ours.example> a écrit :\n> Bonjour",
        "-----Original Message-----\nFrom: Sales\nHello",
        "-----Ursprüngliche Nachricht-----\nVon: Sales",
        "________________________________\nFrom: Sales <sales@ours.example>\nSent: Monday\nHello",
        "From: Sales <sales@ours.example>\nSent: Monday, April 1, 2024\nTo: Ann\nHello",
        "*Von:* Sales <sales@ours.example>\n*Gesendet:* Montag\nHallo",
        "-- \nAnn Other\nHead of Others",
        "Sent from my iPhone",
        "Von meinem iPhone gesendet\n\n> Hallo",
    ],
)
def test_quote_and_signature_are_left_out(rest: str) -> None:
    new = new_text(f"Yes, gladly.\nWhen?\n\n{rest}")
    assert new.startswith("Yes, gladly.\nWhen?")
    assert "Hello" not in new
    assert "Hallo" not in new
    assert "Sales" not in new
    assert "Head of" not in new


def test_what_only_looks_like_a_quote_stays() -> None:
    assert (
        new_text("From now on: call me.\nTo be sure: at noon.")
        == "From now on: call me.\nTo be sure: at noon."
    )


def test_html_is_read_as_it_looks() -> None:
    markup = (
        "<html><head><style>p {x}</style></head><body><p>Yes&nbsp;&amp; no</p><script>alert(1)</script>"
        "<blockquote>Hello</blockquote></body></html>"
    )
    assert new_text(plain(markup)) == "Yes & no"


@pytest.mark.parametrize(
    ("data", "charset", "text"),
    [
        ("Grüße".encode(), "utf-8", "Grüße"),
        ("Grüße".encode("latin-1"), "utf-8", "Grüße"),
        ("Grüße".encode("latin-1"), "no-such-charset", "Grüße"),
        ("привет".encode("koi8-r"), "koi8-r", "привет"),
        ("送信".encode("iso-2022-jp"), "us-ascii", "送信"),
        (b"plain", "punycode", "plain"),
        (b"plain", "a\0b", "plain"),
        (b"a\0b", "utf-8", "ab"),
    ],
)
def test_charsets(data: bytes, charset: str, text: str) -> None:
    assert decoded(data, charset) == text


def test_encoded_subject_and_sender() -> None:
    raw = person(
        "=?utf-8?B?R3LDvMOfZQ==?= =?utf-8?Q?_an_alle?=", "x", sender='"a@b.example" <Ann@Theirs.example>'
    )
    reading = read(raw.encode())
    assert reading.subject == "Grüße an alle"
    assert reading.sender == "ann@theirs.example"
