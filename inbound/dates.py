"""The day somebody is back, read from an out-of-office text: in English and the common European manners.

A day without a year is the one nearest to the day the message came: what lies more than three months back is
next year.
"""

import re
from datetime import date, timedelta

from inbound.days import DATE, DAY_ALONE, LEADS, MONTHS, SINCE, TOMORROW, WEEKDAY_ALONE, WEEKDAYS, WORD

NEAR = 90  # characters between the leading word and the date
MAX_TEXT = 4_000


def returns_on(text: str, received: date | None) -> date | None:
    """Return the day that the text says somebody is back, or away until; None if it names none.

    Of several the last that a word like "until" or "back" leads to; one before the message came is none.
    """
    text = text[:MAX_TEXT]
    found = [
        day
        for match in DATE.finditer(text)
        if _led(text, match.start()) and (day := _day(match, received)) and _plausible(day, received)
    ]
    if found:
        return max(found)
    return _by_weekday(text, received) if received else None


def _led(text: str, start: int) -> bool:
    """Say whether a leading word stands shortly before, and the date is not where the absence begins."""
    before = text[max(0, start - NEAR) : start]
    leads = [match.end() for match in LEADS.finditer(before)]
    if not leads:
        return False
    since = SINCE.search(before[-24:])
    return not since or since[0].strip().lower() in {"on", "de", "du"} or leads[-1] >= len(before) - 1


def _day(match: re.Match[str], received: date | None) -> date | None:
    """Return the day that a match writes; None if there is no such day."""
    part = match.groupdict()
    if part["y1"]:
        return _date(int(part["y1"]), int(part["m1"]), int(part["d1"]))
    if part["a2"]:
        first, second = int(part["a2"]), int(part["b2"])
        year = _year(part["y2"])
        days = [_near(year, second, first, received)]
        if part["s2"] == "/":  # 5/6: as in America or as elsewhere; the nearer one is meant
            days.append(_near(year, first, second, received))
        possible = [day for day in days if day]
        return min(possible, key=lambda day: abs((day - received).days) if received else 0, default=None)
    name, number, written = (part[f"{letter}{3 if part['m3'] else 4}"] for letter in "mdy")
    month = _month(name or "")
    return _near(_year(written), month, int(number or 0), received) if month else None


def _year(written: str | None) -> int | None:
    """Return the year that is written, of two digits or four."""
    return None if not written else int(written) + (2000 if len(written) == 2 else 0)


def _month(name: str) -> int:
    """Return the number of the month whose beginning fits best; 0 if it is none."""
    name = name.lower()
    fits = [
        (len(start), number)
        for number, starts in enumerate(MONTHS, 1)
        for start in starts
        if name.startswith(start)
    ]
    return max(fits)[1] if fits else 0


def _near(year: int | None, month: int, day: int, received: date | None) -> date | None:
    """Return the date; without a year the one that is not more than three months before the message came."""
    if year:
        return _date(year, month, day)
    if not received:
        return None
    this = _date(received.year, month, day)
    if this and this < received - timedelta(days=90):
        return _date(received.year + 1, month, day)
    return this


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _plausible(day: date, received: date | None) -> bool:
    """Say whether somebody may be away until then: not before the message came, and within two years."""
    return received is None or received <= day <= received + timedelta(days=730)


def _by_weekday(text: str, received: date) -> date | None:
    """Return the day that "back on Monday 12th", "back on Monday", "back tomorrow" mean."""
    lead = LEADS.search(text)
    for match in DAY_ALONE.finditer(text) if lead else ():
        number = int(match[2] or match[3])
        for ahead in range(1, 62):
            day = received + timedelta(days=ahead)
            if day.day == number and (match[3] or _weekday(match[1]) in {day.weekday(), -1}):
                return day
    if TOMORROW.search(text):
        return received + timedelta(days=1)
    for match in WEEKDAY_ALONE.finditer(text):
        wanted = next((w for w in map(_weekday, re.findall(WORD, match[0])) if w >= 0), -1)
        if wanted >= 0:
            return received + timedelta(days=(wanted - received.weekday() - 1) % 7 + 1)
    return None


def _weekday(name: str) -> int:
    """Return the number of the weekday; -1 if it is none."""
    name = name.lower()
    return next((n for n, starts in enumerate(WEEKDAYS) if name.startswith(starts)), -1)
