# ruff: noqa: E501, RUF001 -- data: a row is one line, and languages use their own letters
"""The words of mail systems, as data: who they are, and how they say failed, late, given up.

English first, then what the big systems say in other languages; where a phrase is known from one system only, the
comment names it.
"""

import re


def any_of(*patterns: str) -> re.Pattern[str]:
    """Return one pattern that matches any of these, in any case; a space stands for any white space.

    Repetitions are bounded, so that no text makes it slow.
    """
    pattern = "|".join(f"(?:{pattern})" for pattern in patterns)
    for written, meant in (
        (r"\w*", r"\w{0,20}"),
        (r"\w+", r"\w{1,20}"),
        (r"\S+", r"\S{1,60}"),
        (" ?", r"\s{0,9}"),
        (" ", r"\s{1,9}"),
    ):
        pattern = pattern.replace(written, meant)
    return re.compile("(?i)" + pattern)


DAEMON_ADDRESS = any_of(
    r"(?:mailer|mail)[-_.]?daemon\b|mailer@",
    r"post[-_.]?masters?@|sys(?:tem)?[-_.]?admin\w*@",
    r"(?:mdaemon|mail[-_.]?delivery|double-bounce|bounces?|mailadmin|mail-?system)[\w.-]*@",
    r"(?:no-?reply|notifications?)@(?:sns|ses)\.",  # Amazon
)
DAEMON_NAME = any_of(
    r"mail(?:er)?[\s_.-]?(?:deliver\w*|daemon)",
    r"\bpost ?master\b",
    r"delivery[\s-](?:sub)?-?system|delivery (?:agent|notification|status|report)",
    r"(?:mail|content|spam|virus)[\s-](?:filter|sweeper|gateway|marshal)",
    r"(?:system|mail|server|e-?mail)[\s-]?administrator",
    r"internet mail|mail service|mail transfer",
    r"интернет-почт|почтов\w+ систем",
    r"systemadministrat\w+|administrateur système|amministratore di sistema",
)
NO_REPLY = any_of(
    r"(?:no|do-?not)[-_.]?reply", r"(?:info|support|system|admin\w*|mail|error|err)@", r"notif\w*@"
)

FAILURE = any_of(
    # subjects
    r"\b(?:failure notice|failure delivery|delivery fail\w+|delivery (?:status )?notification \(fail|mail failure)",
    r"\b(?:returned (?:e-?)?mail|mail system error|returning message to sender|returned to sender)",
    r"delivery status notification: (?:fail|error)|^delivery status$",
    r"(?:message|mail)\w* (?:you sent )?(?:was |has been |is )?(?:blocked|bounced|rejected) by",
    r"^\[bounce\]",  # Apache James
    r"there was an error sending your (?:e-?)?mail",
    # sentences
    r"\bundeliver(?:able|ed)|\bnon-?deliver(?:y|able|ed)",
    r"(?:could|can|was|were|has|have|is)(?: ?not|n[’']t)(?: yet)?(?: be| been| able to be| able to)? deliver\w*",
    r"(?:unable|failed|failing|trouble|problems?|error|not possible|impossible) (?:to |in |while |with )?"
    r"(?:attempting to |trying to )?deliver\w*",
    r"deliver\w*(?: \S+){0,8} (?:has |have )?(?:permanently )?(?:failed|fail|unsuccessful|impossible)",
    r"(?:did|could|can) ?not (?:reach|be sent|send|be relayed|be processed)\b",
    r"(?:had|returned) (?:permanent|delivery)(?: fatal)? (?:errors?|problems?)",
    r"delivery (?:problems?|errors?|difficult\w+)",
    r"\bpermanent (?:fatal )?(?:error|failure)",
    r"\b(?:message|mail|e-?mail|post\w*)(?: \S+){0,8} (?:was|has been|been|is|were) (?:rejected|refused|bounced|returned|denied)\b",
    r"\b(?:could|can|was|were|did)(?: ?not|n[’']t) (?:be )?(?:accepted|found|reached|completed)\b",
    r"\b(?:unknown|invalid|no such|non-?existent) (?:local )?(?:user|recipient|mailbox|address|account)\b",
    r"\b(?:user|recipient|mailbox|address|account)\b.{0,40}?(?:unknown|not (?:found|exist|listed|known)|does(?: ?not|n't)"
    r" exist|is full|over quota|unavailable|disabled|inactive|rejected|invalid)",
    r"\bquota (?:was |is |has been )?exceeded|\bover (?:his |her |its |the )?quota|exceed\w* .{0,30}?(?:quota|storage)",
    r"\b(?:relay\w*|access) denied|host (?:unknown|not found)|no mailbox here",
    r"\bmailbox (?:is )?(?:full|unavailable)|\binvalid final delivery",
    r"following (?:\w+ )?(?:recipient|address)\w*(?:\(e?s\))?(?: \w+){0,4} (?:failed|rejected|refused)",
    r"\b5\d\d[\s-]#?5\.\d+\.\d+\b|\bsaid: 5\d\d\b",  # a refusal by SMTP, quoted
    r"transcript of session follows",  # sendmail; Postfix tells its postmaster
    # other languages
    r"unzustellbar|nicht (?:zugestellt|zustellbar|ausgeliefert|gesendet)|zustellung\w* .{0,40}?(?:fehlgeschlagen|nicht möglich)",
    r"\bnon remis|n[’']a (?:pas )?pu être (?:remis|délivré|livré|distribué|envoyé)|échec de (?:la )?(?:remise|livraison|distribution)",
    r"no (?:se )?(?:ha podido|pudo|puede)(?: ser)? (?:entreg|envi)\w+|no se entregó|no entregado|error de entrega",
    r"(?:impossibile|non è stato possibile|non può essere) (?:recapit|consegn)\w+|mancat[oa] (?:recapito|consegna)|non recapit\w+",
    r"não (?:pôde|pode|foi possível)(?: ser)? (?:entreg|envi)\w+|não entregue|falha na entrega",
    r"niet (?:worden )?(?:afgeleverd|bezorgd|geleverd)|onbestelbaar",
    r"(?:kunne|kunde|kan|kunnet) (?:ikke|inte) (?:leveres|levereras|afleveres|sendes)|olevererbar|ikke leveret",
    r"nie (?:można|mógł|mogła|została?|został)(?: być)? (?:dostarcz|doręcz)\w+|niedoręczaln\w+|niedostarczon\w+",
    r"недоставлен\w*|не (?:было )?(?:может быть )?доставлен\w*|не удалось доставить|невозможно доставить",
    r"nedoručiteln\w+|nelze doručit|kézbesíthetetlen|teslim edilemedi|nu a putut fi (?:livrat|trimis)",
    r"(?:送信|配信|配送|配達)(?:でき|され)ません|(?:お届け|送れ)(?:でき)?ません|配信不能|エラーメール|メールを配送",
    r"届きません|届けることができ|到達でき(?:ません|なかった)|送達でき|未達|受信者に(?:到達|届)|宛先(?:不明|が見つかり)|存在しません",
    r"退信|被退回|收件人不存在|无法(?:投递|送达|发送)|未(?:能)?送达|投递失败|無法(?:投遞|傳遞|送達)",
    r"(?:levering|leverans|toimitus|lähetys) (?:mislyk\w+|misslyck\w+|epäonnistu\w+)|ei (?:voitu|voida) (?:toimittaa|välittää)",
    r"tidak (?:dapat|bisa) (?:dikirim|disampaikan|terkirim)|không (?:thể|gửi|phân phối)\w*|ไม่สามารถ(?:ส่ง|จัดส่ง)",
    r"не удалось (?:отправить|доставить)|δεν (?:ήταν δυνατή|μπόρεσε|παραδόθηκε)|לא (?:נמסרה|ניתן למסור)|تعذر (?:تسليم|إرسال|التسليم)",
    r"배달(?:되지| 실패)|전송(?:되지| 실패)|반송",
)
DELAYED = any_of(
    r"\bdelivery status notification \(delay\w*\)|\bdelayed mail\b|\bdelivery (?:is |has been |of \S+ )?delayed",
    r"\b(?:has|have|is|was|been) (?:been )?(?:temporarily )?delayed",
    r"(?:will|to) (?:be )?(?:retr(?:y|ied)|keep trying|continue (?:to try|trying|attempting|to attempt))",
    r"\b(?:still being retried|still trying|will be (?:re)?tried|delivery attempts will continue|not yet (?:been )?delivered)",
    r"\bthis is a warning message only|(?:you )?do(?: ?not|n't) need to resend",
    r"warning: could not send|warning: message .{0,60}?delayed",
    r"verzögert|noch nicht zugestellt|retardé\w*|se ha retrasado|in ritardo|задерж\w+|vertraagd",
)
GIVEN_UP = any_of(
    r"\b(?:giv(?:en|ing) up|gave up|no (?:further|more) (?:delivery )?attempts|not going to try again)",
    r"(?<!not\sa\s)\bpermanent(?:ly)? (?:fatal |error|fail)\w*|failed permanently|delivery has failed|delivery failed permanently",
    r"too long in the queue|in the queue too long|retry timeout exceeded",
    r"\breturned mail\b|\bundeliverable\b|returning message to sender|undelivered mail returned",
)
ROLES = re.compile(
    r"(?:mailer-?daemon|post-?master|abuse|support|help\w*|hostmaster|no-?reply|contact|info|sales)@"
)
"""Addresses that a report names so that people can ask: seldom the one that failed."""
