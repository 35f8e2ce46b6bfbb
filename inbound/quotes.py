# ruff: noqa: E501, RUF001 -- data: a row is one line, and languages use their own letters
"""What is new in a reply: without the quoted message and the signature; and whom the quoted headers name (S37)."""

import re

from inbound.headers import addresses, unique

MAX_LINES = 4_000
MAX_NEW = 20_000

WROTE = re.compile(
    r"(?i)^\W{0,3}.{0,250}\b(?:wrote|writes|schrieb|a écrit|escribió|ha scritto|scrisse|escreveu|schreef|skrev|kirjoitti|napisał\w?"
    r"|napsal\w?|írta|пишет|писал\w?|написал\w?|έγραψε|yazdı)\b.{0,40}:\s*$"
    r"|^.{0,250}(?:写道|寫道|のメール|さんは書きました|님이 작성).{0,20}[:：]\s*$"
)
"""The line before a quoted message; it may be broken in two (Gmail, Apple Mail, Thunderbird)."""
RULE = re.compile(
    r"(?i)^[\s>*_=-]{0,80}(?:(?:begin )?forwarded message|original message|original appointment|reply message|"
    r"ursprüngliche nachricht|original-?nachricht|weitergeleitete nachricht|message (?:d'origine|original|transféré)|"
    r"mensaje (?:original|reenviado)|messaggio (?:originale|inoltrato)|mensagem (?:original|encaminhada)|oorspronkelijk bericht|"
    r"doorgestuurd bericht|ursprungligt meddelande|oprindelig meddelelse|opprinnelig melding|пересылаемое сообщение|"
    r"исходное сообщение|wiadomość oryginalna)[\s*_=:-]{0,80}$|^_{20,}\s*$"
)
BLOCK = re.compile(
    r"(?i)^[\s>*]{0,20}(?:from|von|de|da|van|från|fra|od|от|від|lähettäjä|kimden|feladó|发件人|寄件者|差出人|送信者)\s?\*?[:：]\*?\s?.*\S"
)
"""The first line of a quoted header (Outlook), followed by another of its fields."""
BLOCK_NEXT = re.compile(
    r"(?i)^[\s>*]{0,20}(?:sent|date|to|subject|cc|gesendet|datum|an|betreff|envoyé|objet|à|enviado|para|asunto|fecha|inviato|"
    r"data|oggetto|a|verzonden|aan|onderwerp|skickat|till|ämne|sendt|til|emne|wysłano|do|temat|отправлено|дата|кому|тема|"
    r"дата|发送时间|收件人|主题|送信日時|宛先|件名)\s?\*?[:：]"
)
SIGNATURE = re.compile(
    r"(?i)^(?:--\s?|-- ?\r?|(?:sent|get) (?:from|via|with|outlook) .{0,60}|(?:von|gesendet von|envoyé de|enviado desde|inviato da|"
    r"verzonden vanaf|skickat från|sendt fra|отправлено с) .{0,60}(?:iphone|ipad|android|handy|mobil\w*|outlook|samsung).{0,40})$"
)


def new_text(text: str) -> str:
    """Return what the writer wrote: up to the quoted message, without quoted lines and signature; bounded."""
    kept: list[str] = []
    lines = text.split("\n")[:MAX_LINES]
    for number, line in enumerate(lines):
        short = line[:400]
        if SIGNATURE.match(short) or begins_quote(lines, number):
            break
        if not short.lstrip().startswith((">", "|")):
            kept.append(line.rstrip())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()[:MAX_NEW]


def begins_quote(lines: list[str], number: int) -> bool:
    """Say whether the quoted message begins at this line."""
    line = lines[number][:400]
    if RULE.match(line) or WROTE.match(line):
        return True
    following = lines[number + 1][:400] if number + 1 < len(lines) else ""
    if (
        line.strip()
        .lower()
        .startswith(("on ", "am ", "le ", "el ", "il ", "em ", "op ", "den ", "dne ", "w dniu "))
    ):
        last = lines[number + 2][:400] if number + 2 < len(lines) else ""
        if WROTE.match(f"{line} {following}") or (
            following.strip() and WROTE.match(f"{line} {following} {last}")
        ):
            return True
    return bool(BLOCK.match(line) and BLOCK_NEXT.match(following))


def named_in_quotes(text: str) -> tuple[str, ...]:
    """Return the addresses in the quoted headers of a text, nearest first: who wrote it, to whom it went."""
    found: list[str] = []
    lines = text.split("\n")[:MAX_LINES]
    for number in range(len(lines)):
        if not begins_quote(lines, number):
            continue
        for line in lines[number : number + 12]:
            if line.strip(" >\t") and (
                BLOCK.match(line[:400]) or BLOCK_NEXT.match(line[:400]) or _names_an_address(line)
            ):
                found += addresses(line[:2_000])
    return unique(found)


def _names_an_address(line: str) -> bool:
    """Say whether a line names an address in angle brackets: the line that says who wrote."""
    return "<" in line and "@" in line
