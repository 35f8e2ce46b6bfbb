# ruff: noqa: E501, RUF001 -- data: a row is one line, and languages use their own letters
"""Is a short text English? By its script and its commonest words, counted: S33 speaks of English replies only.

Why not a library: those that exist judge by letter statistics, which need a paragraph; a reply has five words. And
the question is only "English or not", so a tie goes to whoever reads the text, not to a guess.
"""

import re

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
MAX_WORDS = 300


def _words(text: str) -> frozenset[str]:
    """Return the words of a line of them."""
    return frozenset(text.split())


ENGLISH = _words(
    "the be to of and a in that have i it for not on with he as you do at this but his by from they "
    "we say her she or an will my one all would there their what so up out if about who get which go "
    "me when make can like time no just him know take into your good some could them see than then "
    "now look only come its over think also back after use how our work well way even new want "
    "because any these give most us is are was were been am has had did does i'm i'll i'd i've it's "
    "we're we'll we've don't can't won't isn't not interested thanks thank please yes hi hello hey "
    "sure ok okay sorry call email emails regards best let let's send more stop unsubscribe remove "
    "talk chat great sounds cheers maybe later yeah nope meeting demo price pricing dear today "
    "tomorrow next week month year busy"
)
OTHERS: dict[str, frozenset[str]] = {
    "German": _words(
        "der die das und ist nicht ich wir sie es ein eine zu mit für auf von den dem im an bitte "
        "danke kein keine interesse haben hat sind war wird werden uns ihr ihre ihnen mich mir auch "
        "aber oder wenn gerne ja nein hallo vielen dank grüße grüßen freundlichen mehr zurzeit "
        "derzeit leider kann können noch schon sehr wie"
    ),
    "French": _words(
        "le la les un une des et est pas je nous vous il elle ne que qui dans pour sur avec ce cette "
        "mon ma mes votre vos notre merci bonjour oui non suis sommes avez avons plus mais ou où au "
        "aux du de d'un c'est n'est j'ai intéressé intéressée s'il plaît cordialement être pouvez "
        "pouvons très bien"
    ),
    "Spanish": _words(
        "el la los las un una unos y es no de que en por para con me mi mis su sus nos se lo le "
        "gracias hola sí estoy estamos tengo tenemos interesado interesada pero más muy como usted "
        "ustedes favor saludos puede podemos ahora este esta del al buenos días correo quiero"
    ),
    "Italian": _words(
        "il lo la gli le un una e è non di che in per con mi mio ci si sono siamo ho abbiamo grazie "
        "ciao buongiorno interessato interessata ma più molto come questo questa del della al alla "
        "cordiali saluti prego sì anche può possiamo"
    ),
    "Portuguese": _words(
        "o os as um uma e é não de que em por para com me meu minha nos se obrigado obrigada olá sim "
        "estou estamos tenho temos interessado interessada mas mais muito como você vocês favor do da "
        "ao agora este esta bom dia atenciosamente"
    ),
    "Dutch": _words(
        "de het een en is niet ik wij we u je jij dat die van voor op met geen graag bedankt dank "
        "hallo ja nee mijn ons onze hebben heb heeft zijn wordt maar ook als nog wel interesse groet "
        "groeten vriendelijke kunnen kan"
    ),
    "Nordic": _words(
        "och är inte jag vi du det att en ett för på med som tack hej ja nej inget intresse av til "
        "ikke jeg er og har den tak hilsen takk venlig hälsningar men kan mig meg ei ole kiitos en "
        "emme ja se on että minä hei"
    ),
    "Polish or Czech": _words(
        "nie jest i w z na do się dziękuję dzień dobry proszę tak jestem jesteśmy mam mamy "
        "zainteresowany pozdrawiam ale czy ne je a se na že děkuji dobrý den prosím ano nemám nemáme "
        "zájem pozdravem"
    ),
}
"""A language and its commonest words; Norwegian, Danish, Swedish and Finnish share a row."""


def other_language(text: str) -> str | None:
    """Return the language of a text that is not English, "" if it cannot be named; None if it is English.

    What gives no clue at all ("Ok", a number) counts as English: nothing in it is another language.
    """
    words = [word.lower().replace("’", "'") for word in WORD.findall(text)][:MAX_WORDS]
    letters = "".join(words)
    foreign = sum(1 for letter in letters if letter > "\u024f")  # beyond the Latin script
    if letters and foreign * 3 > len(letters):
        return ""
    english = sum(word in ENGLISH for word in words)
    scores = {name: sum(word in known for word in words) for name, known in OTHERS.items()}
    best = max(scores, key=lambda name: scores[name])
    if scores[best] > english:
        return best
    accented = sum(1 for letter in letters if letter > "\u007f")
    return "" if accented > 2 and english <= scores[best] else None
