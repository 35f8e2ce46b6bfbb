"""The day somebody is back, as people write it."""

from datetime import date

import pytest

from inbound.dates import returns_on

MONDAY = date(2024, 4, 29)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("I am away until 5 May.", date(2024, 5, 5)),
        ("I am away until May 5th.", date(2024, 5, 5)),
        ("Out until May 5, 2024, sorry", date(2024, 5, 5)),
        ("I will be back on 2024-05-05.", date(2024, 5, 5)),
        ("I return on the 5th of May", date(2024, 5, 5)),
        ("back on Monday 13th", date(2024, 5, 13)),
        ("I'm back on Monday", date(2024, 5, 6)),
        ("back on Thursday, 2nd", date(2024, 5, 2)),
        ("I will be back tomorrow", date(2024, 4, 30)),
        ("away from 29 April to 10 May", date(2024, 5, 10)),
        ("Out from 1 May through 10 May, back on 13 May", date(2024, 5, 13)),
        ("Ich bin bis zum 5. Mai nicht im Büro", date(2024, 5, 5)),
        ("bis einschließlich 05.05.2024 abwesend", date(2024, 5, 5)),
        ("Ab dem 6.5. bin ich wieder erreichbar", date(2024, 5, 6)),
        ("absent jusqu'au 5 mai inclus", date(2024, 5, 5)),
        ("de retour le 05/05/2024", date(2024, 5, 5)),
        ("de retour le 1er juin", date(2024, 6, 1)),
        ("hasta el 5 de mayo de 2024", date(2024, 5, 5)),
        ("fino al 5 maggio", date(2024, 5, 5)),
        ("até 5 de maio", date(2024, 5, 5)),
        ("afwezig t/m 5 mei", date(2024, 5, 5)),
        ("åter den 5 maj", date(2024, 5, 5)),
        ("nieobecny do 5 maja", date(2024, 5, 5)),
        ("до 5 мая", date(2024, 5, 5)),
        ("until 5/25/2024", date(2024, 5, 25)),
        ("until 25/5/2024", date(2024, 5, 25)),
        ("until 3 January", date(2025, 1, 3)),
        ("I am out of the office.", None),
        ("Until further notice, call 555 1234.", None),
        ("I was away until 5 March.", None),
        ("I left on 5 May 1999.", None),
        ("until 99 May", None),
        ("Our office is at 5 May Street.", None),
        ("", None),
    ],
)
def test_the_day_they_are_back(text: str, day: date | None) -> None:
    assert returns_on(text, MONDAY) == day


def test_without_a_day_to_reckon_from_only_a_year_helps() -> None:
    assert returns_on("until 5 May", None) is None
    assert returns_on("until 5 May 2024", None) == date(2024, 5, 5)
