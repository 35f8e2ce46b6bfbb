"""Global ids are base64url, whichever of Python's functions makes them."""

from __future__ import annotations

import base64
from random import Random

from schema.ids import kind_and_number, to_id


def test_every_kind_and_number_makes_an_id_in_the_url_alphabet_that_names_it_again() -> None:
    random = Random(7)  # noqa: S311 - the same cases every time
    for kind in ("Contact", "Sequence", "Step", "Member", "Activity", "Team", "AZaz"):
        for number in (1, 9, 10, 2**63 - 1, *(random.randrange(1, 2**63) for _ in range(2_000))):
            made = to_id(kind, number)
            assert made == base64.urlsafe_b64encode(f"{kind}:{number}".encode()).decode().rstrip("=")
            assert kind_and_number(made) == (kind, number)
