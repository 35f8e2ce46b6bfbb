# ruff: noqa: E501, RUF001 -- data: a row is one line, and languages use their own letters
"""The words of automatic replies, as data: their subjects, and how they say that somebody is away."""

from inbound.phrases import any_of

SUBJECT = any_of(
    r"(?:e-?mail )?auto(?:mat(?:ic|ed))?[\s-]?(?:e-?mail )?(?:reply|response|responder|answer)\b",
    r"\[auto(?:mat\w+)?[\s-]?(?:reply|response|generated)?\]|this is an auto(?:mated|matic)? (?:reply|response)\b",
    r"(?!\s*(?:re|aw|sv)\s*:).{0,200}\(auto(?:mated|matic)?[\s-]?(?:reply|response)\)\s*$",
    r"auto ?:|autoreply|autoresponse|automatic message\b|vacation (?:reply|response|message)\b",
    r"out[\s-]of[\s-](?:the )?office(?: auto\w*| reply| response)|ooo\s*:|out[\s-]of[\s-](?:the )?office\s*:",
    r"automatische (?:antwort|e-?mail-?antwort|antwoord)|abwesenheits(?:notiz|meldung|nachricht|assistent|agent)",
    r"automatisch antwoord|automatisch bericht|afwezigheids(?:bericht|melding|assistent)|niet aanwezig\s*:",
    r"r[ée]ponse automatique|message automatique|(?:message d['’])?absence(?: du bureau)?\s*:|notification d['’]absence",
    r"respuesta autom[áa]tica|fuera de (?:la )?oficina\s*:|contestaci[óo]n autom[áa]tica|respuesta de ausencia",
    r"risposta automatica|fuori (?:sede|ufficio)\s*:|resposta autom[áa]tica|aus[êe]ncia temporária\s*:",
    r"automatis(?:k|kt) svar|autosvar|fråvaromeddelande|frånvaro\s*:|fraværs(?:melding|besked)|ikke på kontoret\s*:",
    r"automaattinen (?:vastaus|poissaoloviesti)|poissaoloilmoitus|automatick\w* odpov[eě][dď]\w*",
    r"odpowiedź automatyczna|automatyczna odpowiedź|autoodpowiedź|automatikus válasz|răspuns automat",
    r"автоматический ответ|автоответ\w*|автоматична відповідь|αυτόματη απάντηση|otomatik (?:yanıt|cevap)",
    r"自動(?:応答|返信)|不在(?:通知|のお知らせ)|自动(?:答复|回复)|自動回覆|자동 ?(?:회신|응답)",
    r"رد تلقائي|الرد التلقائي|מענה אוטומטי|תשובה אוטומטית|تلقائي",
    r"(?:abwesend|abwesenheit|assente|ausente|absente?|absent\(e\)|frånvarande|fraværende|afwezig|poissaoloviesti|nieobecny|nieobecna)\s*:",
)
"""Subjects that only a machine writes; a person['’]s "Re: Automatic reply" does not begin so."""

AWAY_SUBJECT = any_of(
    r"\bout[\s-]of[\s-](?:the )?office\b|\booo\b|\bon (?:annual |parental |maternity |sick )?(?:leave|vacation|holidays?)\b",
    r"\baway (?:until|till|from (?:the |my )?(?:office|mail|desk))|\bvacation\b",
    r"\babwesen\w+|außer haus|im urlaub|nicht im büro",
    r"\babsen(?:ce|t\w*)\b|\ben congés?\b|hors du bureau",
    r"fuera de (?:la )?oficina|de vacaciones|ausencia|fuori (?:sede|ufficio)|in ferie|assenza|fora do escritório|ausência|de férias",
    r"afwezig\w*|niet aanwezig|niet op kantoor|frånvar\w+|fravær\w*|på (?:ferie|semester)|poissa\w*",
    r"poza biurem|nieobecn\w+|na urlopie|mimo kancelář|nepřítom\w+|dovolen\w+|házon kívül|szabadság\w*",
    r"отпуск\w*|отсутств\w+|відпуст\w*|εκτός γραφείου|ofis dışında|izinde",
    r"不在|休暇|外出|休假|부재",
)

AWAY = any_of(
    r"\b(?:am|is|be|are|i['’]m|['’]s|was|currently|presently) (?:\w+ ){0,2}(?:away|out) (?:of|from) (?:the |my |our )?(?:office|desk|e-?mail|mail|work|town|country)",
    r"\bout[\s-]of[\s-](?:the )?office\b|\b(?:i am|i['’]m|is|will be|currently|be) (?:\w+ ){0,2}(?:away|on (?:\w+ )?(?:leave|vacation|holidays?|pto|sabbatical|break))\b",
    r"\b(?:currently|presently) (?:away|out|travel+ing|unavailable|on)\b|\b(?:i am|i['’]m|i will be|i['’]ll be) (?:away|travel+ing|unavailable|off work)\b",
    r"\b(?:limited|no|intermittent|without) (?:or no )?access to (?:my )?(?:e-?mail|mail|messages)",
    r"\b(?:return(?:ing)?|back) (?:to|in|at) (?:the |my )?(?:office|work|desk)\b|\bwhen i (?:return|am back|get back)\b|\b(?:up)?on my return\b",
    r"\b(?:be|am|are|is|['’]ll be) back (?:on|from|by|after|again)\b|\b(?:return(?:ing)?|back) (?:on|by|from) (?:the )?(?:\w+ )?\d",
    r"\bmy (?:office|e-?mail)? ?(?:absence)\b|\bduring my absence\b|\b(?:annual|maternity|paternity|parental|sick|medical) leave\b",
    r"nicht im (?:büro|haus)|außer(?:halb)? (?:haus|des büros)|(?:im|in) (?:\w+ ){0,2}urlaub|abwesen\w+|nicht (?:erreichbar|anwesend)|elternzeit|mutterschutz",
    r"absent[es]? (?:du|jusqu|de|pour|actuellement|et|ce)|actuellement absent|suis (?:\w+ )?(?:absent|en congé|en vacances|en déplacement)|en congés?\b|hors du bureau|de retour le|mon absence",
    r"fuera de (?:la |mi )?oficina|de vacaciones|estoy ausente|estaré ausente|mi ausencia|de baja (?:maternal|paternal|médica)",
    r"fuori (?:sede|ufficio)|in ferie|sono assente|sarò assente|mia assenza|rientr\w+ (?:il|in ufficio)",
    r"fora do escritório|de férias|estou ausente|estarei ausente|minha ausência",
    r"niet (?:aanwezig|op kantoor|bereikbaar)|afwezig|met (?:vakantie|verlof)|op vakantie",
    r"(?:är|er) (?:\w+ )?(?:på (?:semester|ferie|kurs)|ledig|borta|bortrest|frånvarande|fraværende)|ikke på kontoret|inte på kontoret|semester till|föräldraledig|poissa (?:\w+ )?(?:asti|saakka|toimistolta)|olen (?:\w+ )?(?:poissa|lomalla|vuosilomalla)",
    r"poza biurem|nieobecn\w+|na urlopie|przebywam na|mimo kancelář|nepřítom\w+|na dovolené|szabadságon|házon kívül|în concediu",
    r"в отпуске|отсутству\w+|у відпустці|вне офиса|εκτός γραφείου|σε άδεια|ofis dışında|izinde(?:yim)?|yıllık izin",
    r"不在|休暇|休み(?:を|で)|外出(?:中|して)|出張(?:中|して)|休假|不在办公室|부재|휴가",
)
"""Out-of-office key words (S23); they count only in a message that is known to be automatic."""
