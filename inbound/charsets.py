"""Bytes to text, whatever charset they claim."""

import codecs
import re

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:+-]{0,39}")
UNSTORABLE = re.compile("[\0\ud800-\udfff]")
"""What no database and no JSON takes: NUL, and the halves of a pair that UTF-7 can bring."""
REFUSED = {"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "unicode_escape"}
"""Codecs of Python that are no charsets of mail; the first two take quadratic time."""


def decoded(data: bytes, charset: str) -> str:
    """Return the text: by the charset if it fits, else by what the bytes look like; never fails."""
    guesses = ["utf-8", "latin-1"]
    if b"\x1b$" in data or b"\x1b(" in data:  # Japanese, often without saying so
        guesses.insert(0, "iso-2022-jp")
    if charset.lower() not in {"utf-8", "us-ascii"}:
        guesses.insert(0, charset)
    for name in guesses:
        try:
            if NAME.fullmatch(name) and codecs.lookup(name).name not in REFUSED:
                return UNSTORABLE.sub("", data.decode(name))
        except (LookupError, ValueError):
            continue
    return UNSTORABLE.sub("", data.decode("latin-1"))
