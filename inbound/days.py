# ruff: noqa: E501, RUF001 -- data: a row is one line, and languages use their own letters
"""How days are written, as data: months, weekdays, dates, and the words that lead to the last day of an absence."""

import re

MONTHS = (
    ("jan", "janv", "ene", "gen", "led", "sty", "янв", "tammi"),
    ("feb", "fév", "fev", "fév", "únor", "lut", "фев", "helmi"),
    ("mar", "mär", "mrz", "maa", "mrt", "břez", "мар", "maalis"),
    ("apr", "avr", "abr", "kwi", "dub", "апр", "huhti"),
    ("may", "mai", "mag", "mei", "maj", "květ", "мая", "май", "touko", "mayo", "maio"),
    ("jun", "juin", "giu", "cze", "červn", "июн", "kesä"),
    ("jul", "juil", "lug", "lip", "červen", "июл", "heinä"),
    ("aug", "aoû", "aou", "ago", "sie", "srp", "авг", "elo"),
    ("sep", "set", "wrz", "září", "сен", "syys"),
    ("oct", "okt", "ott", "out", "paź", "říj", "окт", "loka"),
    ("nov", "lis", "list", "ноя", "marras"),
    ("dec", "dez", "déc", "dic", "des", "gru", "pros", "дек", "joulu"),
)
"""How months begin, in English, German, French, Spanish, Italian, Portuguese, Dutch, Nordic, Polish, Czech, Russian,
Finnish; the longest beginning that fits decides."""
WEEKDAYS = (
    (
        "mon",
        "montag",
        "lundi",
        "lunes",
        "lunedì",
        "segunda",
        "maandag",
        "måndag",
        "mandag",
        "poniedział",
        "понедельник",
    ),
    (
        "tue",
        "dienstag",
        "mardi",
        "martes",
        "martedì",
        "terça",
        "dinsdag",
        "tisdag",
        "tirsdag",
        "wtorek",
        "вторник",
    ),
    ("wed", "mittwoch", "mercredi", "miércoles", "mercoledì", "quarta", "woensdag", "onsdag", "środ", "сред"),
    (
        "thu",
        "donnerstag",
        "jeudi",
        "jueves",
        "giovedì",
        "quinta",
        "donderdag",
        "torsdag",
        "czwart",
        "четверг",
    ),
    ("fri", "freitag", "vendredi", "viernes", "venerdì", "sexta", "vrijdag", "fredag", "piąt", "пятниц"),
    (
        "sat",
        "samstag",
        "sonnabend",
        "samedi",
        "sábado",
        "sabato",
        "zaterdag",
        "lördag",
        "lørdag",
        "sobot",
        "суббот",
    ),
    (
        "sun",
        "sonntag",
        "dimanche",
        "domingo",
        "domenica",
        "zondag",
        "söndag",
        "søndag",
        "niedziel",
        "воскресен",
    ),
)
WORD = r"[^\W\d_]{3,14}"
DAY = r"(?P<{0}>[0-3]?\d)(?:st|nd|rd|th|er|º|ª|°|\.)?"
ENGLISH = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?"
)
"""Months that come before the day; other languages write them after it."""
DATES = (
    r"(?P<y1>20\d\d)[-/.](?P<m1>[01]?\d)[-/.](?P<d1>[0-3]?\d)(?!\d)",
    r"(?P<a2>[0-3]?\d)\s?(?P<s2>[./-])\s?(?P<b2>[0-3]?\d)(?:\s?(?P=s2)\s?(?P<y2>(?:20)?\d\d)(?!\d))?(?!\d)",
    rf"{DAY.format('d3')}\s*(?:of\s|de\s|-)?\s*(?P<m3>{WORD})\.?,?(?:\s*(?:de\s)?(?P<y3>20\d\d)\b)?",
    rf"\b(?P<m4>{ENGLISH})\.?\s+(?:the\s+)?{DAY.format('d4')}(?![\d:])(?:,?\s*(?P<y4>20\d\d)\b)?",
)
DATE = re.compile("(?i)(?<![\\d.])(?:" + "|".join(f"(?:{pattern})" for pattern in DATES) + ")")
LEADS = re.compile(
    r"(?i)\b(?:until|till?|through|thru|back|return\w{0,6}|resum\w{1,5}|again|available|ends?|to|after|before|up to|"
    r"bis|zurück|wieder|erreichbar|ab(?: dem)?|jusqu\w{0,3}|retour|reviendrai|hasta|vuelvo|regres\w{1,5}|vuelta|fino|rientr\w{1,4}|"
    r"torn\w{1,4}|até|retorn\w{1,5}|volt\w{1,4}|tot|t/m|vanaf|terug|til|till|åter|tilbage|tilbake|do|wrac\w{1,4}|po|asti|saakka|до|"
    r"вернусь|буду|au|al|ao)\b"
)
"""Words after which the last day stands."""
SINCE = re.compile(
    r"(?i)\b(?:from|since|starting|as of|vom|von|seit|du|depuis|desde|dal|de|van|från|fra|od|с|on)\W{0,3}$"
)
WEEKDAY_ALONE = re.compile(
    r"(?i)\b(?:back|return\w{0,6}|until|till|zurück|wieder|bis|retour|jusqu\w{0,3}|terug)\b[^.\n\d]{0,40}?\b("
    + WORD
    + ")"
)
DAY_ALONE = re.compile(
    rf"(?i)\b({WORD}),?\s+(?:the\s+)?([0-3]?\d)(?:st|nd|rd|th)\b|\b(?:on|until|till) the ([0-3]?\d)(?:st|nd|rd|th)\b"
)
TOMORROW = re.compile(
    r"(?i)\b(?:back|return\w{0,6}|until|wieder|retour)\b[^.\n]{0,30}\b(?:tomorrow|morgen|demain|mañana)\b"
)
