# ruff: noqa: E501 -- data: a row is one line, and languages use their own letters
"""Requests to unsubscribe: bare commands, as List-Unsubscribe by mail sends them (RFC 2369) or a person types them."""

import re

from inbound.message import Message
from inbound.reading import Finding, Kind

COMMAND = re.compile(
    r"(?i)\W*(?:please |pls |kindly )?(?:unsubscribe|un-subscribe|opt[ -]?out|remove(?: me)?|stop|take me off)(?: me| us)?"
    r"(?: from (?:this|the|your|all|any)(?: mailing)? (?:lists?|e?-?mails?))?(?: please| now| immediately| all)?(?:,? thanks?(?: you)?)?\W*"
    r"|\W*(?:bitte )?(?:abmelden|austragen|abbestellen)\W*|\W*(?:me )?(?:désabonner|désinscri(?:re|ption)|désabonnement)\W*"
    r"|\W*(?:dar(?:me)? de baja|baja|cancelar suscripción|desuscribir(?:me)?)\W*|\W*(?:cancella(?:mi|zione)|disiscriv\w+)\W*"
    r"|\W*(?:descadastrar|cancelar inscrição|uitschrijven|afmelden|avregistrera|avsluta prenumeration|afmeld|meld meg av)\W*"
    r"|\W*(?:wypisz(?: mnie)?|wypisać|rezygnuję|odhlásit|leiratkozás|отпис(?:аться|ка|ать)|відписатися|退订|配信停止)\W*"
)
ADDRESS = re.compile(
    r"(?i)(?:unsub(?:scribe)?|opt-?out|list-unsubscribe|leave)(?:[+.=_-][^@]{0,200})?@|[^@]{1,100}-(?:unsubscribe|leave)@"
)
MAX_COMMAND = 100


def look(message: Message, subject: str, text: str) -> Finding | None:
    """Say whether the message is nothing but a request to unsubscribe; a sentence that asks for it is a reply."""
    bare = " ".join(text.split())
    if any(ADDRESS.match(address) for address in message.headers.addresses("to", "delivered-to")):
        return Finding(Kind.UNSUBSCRIBE, "It is addressed to an address for unsubscribing.")
    if bare and len(bare) <= MAX_COMMAND and COMMAND.fullmatch(bare):
        return Finding(Kind.UNSUBSCRIBE, f"Its text says nothing but “{bare}”.")
    if (
        len(bare) <= MAX_COMMAND
        and len(subject) <= MAX_COMMAND
        and COMMAND.fullmatch(subject)
        and not _asks(bare)
    ):
        return Finding(Kind.UNSUBSCRIBE, f"Its subject says nothing but “{subject.strip()}”.")
    return None


def _asks(bare: str) -> bool:
    """Say whether the text is a question: "Stop?", "Can you remove this?" is for a person to read."""
    return bare.endswith("?")
