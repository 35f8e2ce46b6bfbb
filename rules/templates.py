"""The variables a step's template uses: which a profile lacks, and the text with them filled in (S13, S15).

A variable is written `{VariableName}`: a letter, then letters, digits or underscores. Names are compared as
they are written; a variable that is blank in the profile is missing.
"""

import re
from collections.abc import Iterable, Mapping

_VARIABLE = re.compile(r"\{([A-Za-z][A-Za-z0-9_]*)\}")


def variables_in(*texts: str | None) -> tuple[str, ...]:
    """Return the names of the variables the texts use, each once, in the order of first use."""
    return tuple(dict.fromkeys(name for text in texts if text for name in _VARIABLE.findall(text)))


def missing(used: Iterable[str], profile: Mapping[str, str | None]) -> tuple[str, ...]:
    """Return those of the used variables that the profile lacks, in the same order (S13)."""
    return tuple(name for name in used if not (profile.get(name) or "").strip())


def render(text: str, profile: Mapping[str, str | None]) -> str:
    """Return the text with its variables filled in; a missing one stays as `{VariableName}` (S15)."""
    return _VARIABLE.sub(lambda found: (profile.get(found[1]) or "").strip() or found[0], text)
