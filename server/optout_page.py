"""The page behind an opt-out link: a sentence and a button, for anyone, on any device, without a script."""

import base64
import hashlib
from html import escape
from string import Template
from typing import Final

_STYLE: Final = """
:root { color-scheme: light dark; --ink: #1d2433; --soft: #5b6474; --paper: #fff; --back: #eef1f6;
  --strong: #2446c8; --on: #fff }
@media (prefers-color-scheme: dark) {
  :root { --ink: #eceff6; --soft: #a7b0c0; --paper: #1b212d; --back: #10141c;
    --strong: #8fa8ff; --on: #10141c }
}
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.25rem;
  background: var(--back); color: var(--ink); font: 1.0625rem/1.55 system-ui, sans-serif }
main { width: 100%; max-width: 27rem; padding: 2rem; border-radius: 1rem; background: var(--paper);
  box-shadow: 0 1px 2px #0002, 0 12px 32px #0001 }
h1 { margin: 0 0 .6rem; font-size: 1.4rem; line-height: 1.25; text-wrap: balance; overflow-wrap: anywhere }
p { margin: 0 0 1.5rem; overflow-wrap: anywhere }
p:last-child { margin: 0 }
.soft { color: var(--soft); font-size: .9375rem }
button { width: 100%; padding: .85rem 1rem; border: 0; border-radius: .6rem; background: var(--strong);
  color: var(--on); font: inherit; font-weight: 600; cursor: pointer }
button:hover { filter: brightness(1.08) }
button:focus-visible { outline: 3px solid var(--strong); outline-offset: 3px }
form { margin: 0 0 1.25rem }
"""

_PAGE: Final = Template("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<title>$title</title>
<style>$style</style>
</head>
<body>
<main>
<h1>$heading</h1>
$content
</main>
</body>
</html>
""")

_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

HEADERS: Final = {
    "content-security-policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",  # the address is the contact's own
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex, nofollow",
}


def question(team: str) -> str:
    """Ask whether to opt out; only the button does. It sends what RFC 8058 sends."""
    return _page(
        "Stop messages",
        f"No more messages from <bdi>{escape(team)}</bdi>?",
        "<p>Press the button, and you will not be written to again. No sign-in, no reasons to give.</p>\n"
        '<form method="post"><button name="List-Unsubscribe" value="One-Click">Stop these messages</button>'
        '</form>\n<p class="soft">Do you want to go on getting them? Then just close this page.</p>',
    )


def done(team: str) -> str:
    """Say that it is done."""
    return _page(
        "Messages stopped",
        "Done: no more messages",
        f"<p><bdi>{escape(team)}</bdi> will not write to you again.</p>\n"
        '<p class="soft">One that is on its way already may still arrive. You can close this page.</p>',
    )


def unknown() -> str:
    """Say that the link is none of ours."""
    return _page(
        "Link not found",
        "This link is not complete",
        "<p>A mail program may have cut it in two. Open it from the message again, or copy all of it.</p>\n"
        '<p class="soft">Or answer the message: ask not to be written to again.</p>',
    )


def trouble() -> str:
    """Say that it could not be done now."""
    return _page(
        "Try again",
        "This did not work just now",
        "<p>The fault is ours, and nothing was changed. Please try the same link again in a few minutes.</p>",
    )


def _page(title: str, heading: str, content: str) -> str:
    """Fill the page in; `heading` and `content` are HTML."""
    return _PAGE.substitute(title=title, style=_STYLE, heading=heading, content=content)
