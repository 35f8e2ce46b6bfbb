"""A message put together again from what a provider took apart, where it keeps the original for itself.

Enough to recognise an automatic reply and what a reply answers: headers and the text. A bounce loses its
report, so each provider's module says how to switch the raw message on.
"""

import re
from collections.abc import Iterable

_TOKEN = re.compile(r"[!-9;-~]{1,200}")  # RFC 5322, 2.2: a field's name
_REPLACED = frozenset({"content-type", "content-transfer-encoding", "mime-version"})


def message(headers: Iterable[tuple[object, object]], text: str) -> bytes:
    """Return RFC 5322 with RFC 6532's UTF-8: the headers as given, but the body is now plain text."""
    lines = [
        f"{name}: {' '.join(value.split())}"
        for name, value in headers
        if isinstance(name, str) and isinstance(value, str)
        if _TOKEN.fullmatch(name) and name.lower() not in _REPLACED
    ]
    lines += [
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
    ]
    return "\r\n".join([*lines, "", text]).encode("utf-8", "replace")
