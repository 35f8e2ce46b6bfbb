# ruff: noqa: E501, RUF001 -- letters are written as they are sent
"""More dialects, in wording of our own after how these families of systems write; the addresses are nobody's."""

from inbound.reading import Kind
from tests.inbound.letters import LOST, ORIGINAL, SENDER, Letter, complaint, daemon, letter, person, report

HEADER = ORIGINAL.partition("\n\n")[0]


def returned(fields: str, words: str, kind: str = "message/rfc822") -> str:
    """Return a notice with the message that it returns as a part, and no fields for machines."""
    return letter(
        f'{fields}\nTo: {SENDER}\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="cut"',
        f"--cut\nContent-Type: text/plain\n\n{words}\n--cut\nContent-Type: {kind}\n\n{ORIGINAL}\n--cut--\n",
    )


_BOUNCED: dict[str, str] = {
    "Apache James": daemon(
        "[BOUNCE]",
        f"Hi. This is the mail server here. It was not possible to hand over your mail; this is final.\n\nFailed recipient(s):\n{LOST}\n\nError message:\n550 no such user\n\nOriginal headers:\n{HEADER}",
        sender="postmaster@theirs.example",
    ),
    "MailMarshal": returned(
        'From: <postmaster@theirs.example>\nSubject: Undeliverable Mail: "A question"',
        f"Your message:\n   From:    {SENDER}\n   Subject: A question\n\nCould not be delivered because of\n\n550 5.1.1 User unknown\n\nThe following recipients were affected: \n    {LOST}\n\nAdditional Information\n==========\nOriginal Sender:    <{SENDER}>\n",
    ),
    "a mobile network": returned(
        "From: post_master@mobile.example\nSubject: Undeliverable Message",
        f"Message could not be delivered to mobile.\nError: No valid recipients for this MM\n\n-----\nRECIPIENT: \n  {LOST}\n",
    ),
    "a mobile network, in HTML": letter(
        f"Return-Path: <>\nFrom: system_admin@mobile.example\nTo: {SENDER}\nSubject: Undeliverable: A question\nContent-Type: text/html",
        f"<html><body>Message could not be delivered to the phone.<br>Error: no such device.<br>To: {LOST}</body></html>",
    ),
    "trouble and a count": daemon(
        "Delivery failure: A question",
        f"We had trouble delivering your message. Full details follow:\n\nSubject: 'A question'\n\n1 error(s):\n\nSMTP Server <mx.theirs.example> rejected recipient <{LOST}> (Error following RCPT command). It responded as follows: [550 user unknown]\n\n{HEADER}",
    ),
    "Oracle Messaging Server in words": returned(
        "Return-Path: <>\nFrom: Internet Mail Delivery <postmaster@theirs.example>\nSubject: Delivery Notification: Delivery has failed",
        f"This report relates to a message you sent with the following header fields:\n\n  Message-id: <step1@ours.example>\n  From: {SENDER}\n\nYour message cannot be delivered to the following recipients:\n\n  Recipient address: {LOST}\n  Reason: Remote SMTP server has rejected address\n",
    ),
    "MailFoundry": returned(
        "From: MAILER-DAEMON@theirs.example\nSubject: Message delivery has failed",
        f"This is a mail delivery notification.\n\nUnable to deliver message to: <{LOST}>\nDelivery failed for the following reason:\nServer mx.theirs.example[192.0.2.1] failed with: 550 <{LOST}> No such user here\n\nThis has been a permanent failure.\n",
    ),
    "IMail: unknown user": daemon(
        "Undeliverable Mail",
        f"Unknown user: {LOST}\n\n\n\nOriginal message follows.\n\n{ORIGINAL}",
        sender="Postmaster <postmaster@theirs.example>",
    ),
    "IMail: twenty attempts": daemon(
        "Undeliverable Mail",
        f"Delivery failed 20 attempts: {LOST}\n\nOriginal message follows.\n\n{ORIGINAL}",
        sender="Postmaster <postmaster@theirs.example>",
    ),
    "a Japanese provider": daemon(
        "Returned mail: see transcript for details",
        f"   ----- The following addresses had delivery problems -----\n{LOST}\n\n   ----- Non-delivered information -----\nThe number of messages in recipient's mailbox exceeded the local limit.\n\n   ----- Returned message follows -----\n{ORIGINAL}",
    ),
    "a mobile provider": returned(
        "From: no-reply@mobile.example\nSubject: Mail System Error - Returned Mail",
        f"Your mail sent on: Thu, 29 Apr 2024 11:04:47 +0900\n     Could not be delivered to: <{LOST}>\n     Mailbox is full\n",
    ),
    "WebShield": returned(
        "From: WebShield <postmaster@theirs.example>\nSubject: Delivery failure (A question)",
        f"This mail was refused.\n\n--- The following addresses had delivery problems ---\n\n<{LOST}>   (User unknown {LOST})\n",
    ),
    "arrows": daemon(
        "failure notice",
        f"This message could not be handed over to\n\n  >>> {LOST} <{LOST}>\n\n550 sorry, no mailbox here by that name\n\n----- Original Message Header -----\n\n{HEADER}",
    ),
    "m-FILTER": daemon(
        "failure notice",
        f"-------server message \n550 unknown user <{LOST}>\n-------original message \n{ORIGINAL}",
        sender="<filter@theirs.example>",
    ),
    "Notes": daemon(
        "Delivery Failure Report",
        f"------- Failure Reasons  --------\n\nUser not listed in public Name & Address Book\n{LOST}\n\n\n------- Returned Message --------\n\n{ORIGINAL}",
        sender="MAILER-DAEMON",
    ),
    "Domino": returned(
        "Return-Path: <>\nFrom: postmaster@theirs.example\nSubject: DELIVERY FAILURE: User lost (lost@theirs.example) not listed in Domino Directory",
        f"Your message\n\n  Subject: A question\n\nwas not delivered to:\n\n  {LOST}\n\nbecause:\n\n  User lost not listed in Domino Directory\n",
    ),
    "Zoho": daemon(
        "Undelivered Mail Returned to Sender",
        f"This message was created automatically. It could not be delivered to one or more of its recipients.\n\n{LOST} Invalid Address, ERROR_CODE :550, ERROR_CODE :No such user\n\nReceived:from 192.0.2.1 by mail\nMessage-Id:<step1@ours.example>\nFrom:{SENDER}\nTo:<{LOST}>",
    ),
    "a provider that asks to check": daemon(
        "Delivery failed",
        f"We're sorry. There's a problem with the e-mail address(es) listed below.\n\n<{LOST}>:\nThis address no longer accepts mail.\n\n--- Below this line is a copy of the message.\n\n{ORIGINAL}",
    ),
    "1&1": daemon(
        "Mail delivery failed: returning message to sender",
        f"This message was created automatically.\n\nFor the following reason:\n\nInvalid recipient\n\nFor the following recipients:\n\n{LOST}\n\n--- The header of the original message is following. ---\n\n{HEADER}",
    ),
    "Office 365 in HTML": letter(
        f"Return-Path: <>\nFrom: Microsoft Outlook <MicrosoftExchange329e71@theirs.example>\nTo: {SENDER}\nSubject: Undeliverable: A question\nContent-Type: text/html",
        f"<p>Your message to <a href='mailto:{LOST}'>{LOST}</a> couldn't be delivered.</p><p>lost wasn't found at theirs.example.</p>",
    ),
    "Gmail, address not found": daemon(
        "Delivery Status Notification (Failure)",
        f"** Address not found **\n\nYour message wasn't delivered to {LOST} because the address couldn't be found, or is unable to receive mail.\n",
        sender="Mail Delivery Subsystem <mailer-daemon@googlemail.example>",
    ),
    "SurfControl": returned(
        "From: Mail Filter <postmaster@theirs.example>\nSubject: Message could not be sent",
        f"Your message could not be sent.\nA transcript of the attempts to send the message follows.\nThe number of attempts made: 1\nAddressed To: {LOST}\n\nThu 29 Apr 2024 23:34:45 +0900\nFailed to send to identified host,\nmx.theirs.example: [192.0.2.1], 550 5.1.1 User unknown\n",
    ),
    "a content filter": returned(
        "From: Content Filter <postmaster@theirs.example>\nSubject: Considered UNSOLICITED BULK EMAIL from you",
        f"A message from <{SENDER}>\nto: {LOST}\n\nwas considered unsolicited bulk e-mail.\n\nThe message was not delivered: delivery of the email was stopped!\n",
    ),
    "Mimecast": returned(
        "Return-Path: <>\nFrom: Postmaster <postmaster@theirs.example>\nSubject: [Postmaster] Email Delivery Failure",
        f"This is a delivery failure notification message indicating that an email you addressed to email address :\n-- {LOST}\n\ncould not be delivered. The problem appears to be :\n-- Recipient email server rejected the message\n",
    ),
    "Barracuda": returned(
        "From: MAILER-DAEMON@theirs.example\nSubject: **Message you sent blocked by our bulk email filter**",
        f"Your message to: {LOST}\nwas blocked by our Spam Firewall. The email you sent with the following subject has NOT BEEN DELIVERED:\n\nSubject: A question\n",
        "text/rfc822-headers",
    ),
    "ezmlm-like, in Spanish": daemon(
        "Aviso de entrega fallida",
        f"Lo sentimos, su mensaje no pudo ser entregado a los siguientes destinatarios:\n\n<{LOST}>: usuario desconocido\n",
        sender="Sistema de correo <postmaster@theirs.example>",
    ),
    "Dutch": daemon("Onbestelbaar: Een vraag", f"Uw bericht kon niet worden bezorgd bij:\n\n{LOST}\n"),
    "Italian": daemon(
        "Mancata consegna del messaggio",
        f"Il messaggio non è stato consegnato a:\n\n{LOST}\n\nCasella piena\n",
        sender="posta-certificata <postmaster@theirs.example>",
    ),
    "Polish": daemon("Niedostarczona wiadomość", f"Wiadomość nie została dostarczona do: {LOST}\n"),
    "Chinese": daemon(
        "系统退信",
        f"抱歉，您的邮件被退回来了……\n收件人邮件地址： {LOST}\n退信原因： 收件人不存在\n",
        sender="PostMaster <Postmaster@theirs.example>",
    ),
    "Korean": daemon("메일 전송 실패", f"다음 수신자에게 메일을 전송하지 못했습니다.\n{LOST}\n"),
    "a list that takes members only": daemon(
        "Posting not delivered",
        f"Your message to the group was rejected: you are not allowed to post.\n\n   {LOST}\n\n----- Original message -----\n\n{ORIGINAL}",
    ),
    "a disabled mailbox": daemon(
        "Delivery report",
        f"The account {LOST} is temporarily suspended; your mail was refused: 554 30 Sorry, your message to {LOST} cannot be delivered. This mailbox is disabled.\n",
    ),
    "a report that a gateway wrapped": letter(
        f"From: Gate <gate@relay.example>\nTo: {SENDER}\nSubject: Notice\nContent-Type: multipart/mixed; boundary=out",
        f"--out\nContent-Type:{report('5.1.1', 'failed').partition('Content-Type:')[2]}\n--out\n\nThis mail is private.\n--out--",
    ),
    "a report without recipients": letter(
        f'Return-Path: <>\nFrom: MAILER-DAEMON@theirs.example\nTo: {SENDER}\nSubject: Undelivered\nContent-Type: multipart/report; report-type=delivery-status; boundary="cut"',
        f"--cut\nContent-Type: text/plain\n\nIt came back: {LOST}\n--cut\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.theirs.example\nStatus: 5.0.0\n--cut\nContent-Type: message/rfc822\n\n{ORIGINAL}\n--cut--\n",
    ),
    "X-Failed-Recipients from a person's name": returned(
        f"From: Support <help@theirs.example>\nSubject: Message rejected\nX-Failed-Recipients: {LOST}",
        "Our filter has taken your message for spam.",
    ),
    "the failed address angled after for": daemon(
        "Undeliverable mail",
        f"Your message was undeliverable.\n\n   ----- Reason -----\nunknown or illegal alias: {LOST}\n\n   ----- Message header follows -----\n{HEADER}",
    ),
    "user over quota by UUCP style": daemon(
        "Delivery error report",
        f"Delivery attempt history for your mail:\n\nThu, 29 Apr 2024 09:00:00 +0900\n mx: <{LOST}> disk quota exceeded\n",
    ),
}
BOUNCED = [Letter(name, Kind.BOUNCE, raw) for name, raw in _BOUNCED.items()]

_WRAPPED = 'Subject: FW: A question\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="cut"'
_COMPLAINED: dict[str, str] = {
    "only headers came back": complaint("abuse").replace("message/rfc822", "text/rfc822-headers"),
    "by who asked to be removed": complaint("opt-out-list", f"Removal-Recipient: {LOST}\n"),
    "a failed signature": complaint("auth-failure", "Auth-Failure: dkim\n"),
    "the whole message is what came back": letter(
        f"From: staff@mail.example\nTo: {SENDER}\nSubject: complaint about message from 192.0.2.1\nContent-Type: message/rfc822",
        f"X-HmXmrOriginalRecipient: {LOST}\n{ORIGINAL}",
    ),
    "all in one text": letter(
        f"From: reports@mail.example\nTo: {SENDER}\nSubject: Abuse report",
        f"This is an email abuse report for an email message received from 192.0.2.1 on Thu.\n\n{ORIGINAL}",
    ),
    "a user marked it": letter(
        f"From: abuse@mail.example\nTo: {SENDER}\n{_WRAPPED}",
        f"--cut\n\nOne of our users has marked this message as spam.\n--cut\nContent-Type: message/rfc822\n\n{ORIGINAL}\n--cut--",
    ),
    "from a desk, without a word": letter(
        f"From: <scomp@mail.example>\nTo: {SENDER}\n{_WRAPPED}",
        f"--cut\nContent-Type: message/rfc822\n\n{ORIGINAL}\n--cut--",
    ),
    "Apple Mail": letter(
        f"From: <{LOST}>\nTo: unsubscribe@ours.example\nSubject: unsubscribe\nX-Apple-Unsubscribe: true",
        "Unsubscribe",
    ),
}
COMPLAINED = [Letter(name, Kind.COMPLAINT, raw) for name, raw in _COMPLAINED.items()]

SUBJECTS = (
    "[Auto-Reply] A question", "[AUTO] A question", "AUTO: Ann is away (returning 05/05/2024)", "Auto Response: hi",
    "This is an automated response", "A question (Auto-Reply)", "Autoreply", "Automatic Reply - Re: A question",
    "Out of Office AutoReply: A question", "OOO Re: A question", "Vacation Alert: Re: A question",
    "Reponse automatique : question", "Respuesta automatica: hola", "Resposta automatica: olá", "Risposta automatica: ciao",
    "Abwesend: Frage", "Assente: ciao", "Ausente: hola", "Frånvarande: Hej", "Poissaoloviesti: x", "Autosvar: Hej",
    "Automatisch antwoord: vraag", "Automatická odpověď: dotaz", "Automatyczna odpowiedź: pytanie", "Автоответ: вопрос",
    "Otomatik Yanıt: soru", "תשובה אוטומטית: שאלה", "الرد التلقائي: سؤال", "自动回复: 你好", "自動返信: 質問", "자동 회신: 안녕",
)  # fmt: skip
"""Subjects that only machines write, above a text that says when somebody is back."""
BACK = "Thank you for your message. I will be back on 5 May 2024."
ANSWERED = [Letter(subject, Kind.OUT_OF_OFFICE, person(subject, BACK)) for subject in SUBJECTS]
