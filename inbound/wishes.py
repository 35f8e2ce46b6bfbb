# ruff: noqa: E501 -- data: a row is one line, and languages use their own letters
"""What people say in replies, as data: a category, a weight, a phrase."""

import re


def _phrase(pattern: str) -> re.Pattern[str]:
    """Return the phrase as whole words, in any case."""
    return re.compile(r"(?i)\b(?:" + pattern.replace(" ?", r"\s{0,9}").replace(" ", r"\s{1,9}") + r")(?!\w)")


PHRASES: tuple[tuple[str, int, re.Pattern[str]], ...] = tuple(
    (category, weight, _phrase(pattern))
    for category, weight, pattern in (
        ("DO_NOT_CONTACT", 5, r"unsubscribe|opt (?:me |us )?out|un-subscribe"),
        ("DO_NOT_CONTACT", 5, r"stop (?:all )?(?:e-?mail|contact|messag|send|writ|spamm|call|bother|reach|harass)\w{0,4}(?: out)?"),
        ("DO_NOT_CONTACT", 5, r"(?:remove|delete|take|strike|drop) (?:me|us|my (?:e-?mail|name|address|contact|data|details|info)\w{0,8}|our \w{1,12})(?: address| details)?(?: (?:off|from|out))?(?! (?:through|on|for|up|a|to)\b)"),
        ("DO_NOT_CONTACT", 5, r"(?:do not|don't|dont|never|not) (?:ever )?(?:contact|e-?mail|message|write|call|bother|text|spam|mail|ping)(?: to)? (?:me|us)"),
        ("DO_NOT_CONTACT", 5, r"(?:do not|don't|dont) (?:contact|e-?mail|message|call)(?: again| anymore| any more)"),
        ("DO_NOT_CONTACT", 5, r"(?:do not|don't|dont) (?:want|wish) to (?:receive|get|hear)(?! more\b)"),
        ("DO_NOT_CONTACT", 5, r"no (?:more|further) (?:e-?mails?|messages?|contact|communications?|spam)"),
        ("DO_NOT_CONTACT", 5, r"leave (?:me|us) alone|lose my (?:e-?mail|number|address)|cease and desist|(?:report|mark)\w{0,3} (?:you|this|it) (?:as|for) spam|this is spam|f(?:uck|\*+\w?) off|go away"),
        ("DO_NOT_CONTACT", 5, r"(?:add|put) (?:me|us) (?:to|on) (?:your |the )?(?:do[- ]not[- ](?:contact|call|e-?mail)|suppression)"),
        ("NOT_INTERESTED", 4, r"no,? thanks?(?: you)?|no thank you|nope|not for (?:us|me)|(?:i'll|we'll|going to|will have to|have to) pass|hard pass|pass on this"),
        ("NOT_INTERESTED", 3, r"(?:not|isn't|aren't) (?:a (?:good |great )?(?:fit|match|priority)|relevant|applicable|something we)"),
        ("NOT_INTERESTED", 3, r"uninterested|disinterested|(?:have |has |of )?no (?:interest|need|use for)|not? (?:currently )?(?:in need of|looking (?:for|to|at|into))|(?:do not|don't|dont) (?:really )?(?:need|see (?:a|the) (?:need|fit|value))"),
        ("NOT_INTERESTED", 3, r"(?:already|currently) (?:have|use|using|work(?:ing)? with|covered|got|in place|chose\w{0,2})|(?:we're|we are|i'm|i am) (?:all )?(?:set|covered|good)(?= ?(?:[.,!]|$|with|for|thanks))|happy with (?:our|my|what)|(?:went|gone|going) with (?:another|someone|a different|a competitor)"),
        ("NOT_INTERESTED", 3, r"(?:must|have to|respectfully|will) decline|declin\w{2,3} (?:your|the|this)|won't be (?:moving|going|proceeding)|decided (?:not to|against)"),
        ("NOT_NOW", 5, r"not (?:right )?now|not (?:at (?:this|the) (?:time|moment|point|stage)|just yet|yet|today|this (?:week|month|quarter|year))|(?:not|isn't|bad) (?:a |the )?(?:good |right |great |best )?(?:time|timing|moment)|bad timing|timing (?:is|isn't)"),
        ("NOT_NOW", 6, r"(?:interested|looking|need\w{0,3}|budget|priority|capacity|bandwidth|time)(?: \w{1,14}){0,5} (?:right now|at (?:the|this) (?:moment|time|point)|at present|currently|this (?:week|month|quarter|year))"),
        ("NOT_NOW", 5, r"(?:check|circle|come|get|touch|reach|follow|ping|try|contact|e-?mail|call|write|connect|revisit|reconnect|talk|speak|hit)(?: (?:it|this|me|us|back|out|up|base|to|with|again|in|on|sometime|maybe|then)){0,5} (?:in (?:a (?:few|couple)(?: of)? |\d{1,2} |two |three |four |six |about )?(?:weeks?|months?|q[1-4]|the (?:new year|spring|summer|fall|autumn|winter|future)|january|february|march|april|may|june|july|august|september|october|november|december|(?:early |late )?20\d\d)|next (?:week|month|quarter|year|spring|summer|fall|autumn|winter)|later|after (?:the|my|our|we|i)\b|towards the end|(?:early|late|mid) (?:next|q[1-4]|20\d\d))"),
        ("NOT_NOW", 3, r"maybe (?:later|next|in)|later (?:this|in the) (?:week|month|quarter|year)|(?:too|very|really|super|extremely|quite|so) busy|swamped|no (?:budget|bandwidth|capacity)|(?:budget|hiring) (?:is |has been )?(?:frozen|freeze)|on hold|next (?:quarter|year|fiscal)|in q[1-4]|some other time|another time|keep (?:you|this|it) (?:in mind|on file)|for now"),
        ("INTERESTED", 4, r"interested|(?:sounds?|looks?|seems?) (?:\w{1,9} )?(?:good|great|interesting|promising|fantastic|awesome|perfect|amazing|intriguing|like a plan)|(?:would|i'd|we'd) (?:\w{1,9} )?(?:love|like|be (?:happy|glad|keen|open|up for|interested))(?= |$)|love to|keen to|count (?:me|us) in|i'm in|let's (?:do (?:it|this)|talk|chat|meet|connect|schedule|set|book|hop|jump|discuss|go)|open to (?:it|this|a|chat|discuss|learn|hear|talk)\w{0,4}"),
        ("INTERESTED", 4, r"(?:tell|send|share|give)(?: \w{1,9})? (?:me|us|over|along)? ?(?:\w{1,9} )?(?:more|details|info\w{0,8}|pricing|a (?:quote|proposal|deck|demo|link|calendar)|some times|your (?:calendar|availability))|(?:learn|hear|know|find out) (?:a (?:bit|little) )?more|more (?:info\w{0,8}|details)(?: please)?"),
        ("INTERESTED", 4, r"(?:schedule|book|set up|arrange|have|do|hop on|jump on|organi[sz]e|grab) (?:a|the|some|an) (?:\w{1,9} )?(?:call|meeting|demo|time|chat|slot|zoom|intro\w{0,7}|coffee|conversation)|(?:when|what time)s? (?:are you|is good|works?|would|can we|could we|do you)|what does (?:it|this|your \w{1,12}) cost|how much (?:is|does|do|would)|what(?:'s| is| are) (?:the|your) (?:price|pricing|cost|rates?|fees?)|(?:call|ring) me(?: (?:on|at|back|tomorrow|today|any\s?time))?|works for (?:me|us)|i(?:'m| am) (?:free|available)|(?:yes|yeah|sure|absolutely|definitely|ok|okay)[,!. ]{1,3}(?:please|let's|i|we|send|sounds|that|happy|go ahead|call|why not)|yes please|happy to (?:chat|talk|connect|meet|discuss|hear|learn|hop|jump|have)|can (?:you|we) (?:\w{1,9} )?(?:call|talk|meet|send|share|show|schedule|chat|discuss|demo)|looking forward to (?:it|our|talking|speaking|hearing|meeting|learning|the)"),
        ("INTERESTED", 3, r"(?:^|\s)(?:yes|sure|absolutely|definitely|of course|perfect|great)\s{0,3}[!.]{0,3}\s{0,3}$"),
    )
)  # fmt: skip

NEGATION = re.compile(
    r"(?i)\b(?:not|never|no longer|nor|hardly|cannot|can not|(?:is|are|was|do|does|did|would|wo|ca|could|should|have|has|ai)n'?t|without"
    r"|nothing|none|nobody)(?:\s+(?!only\b)[\w']{1,14}){0,4}\s*$"
)
"""A negation shortly before a phrase, in the same sentence; "not only" is none."""

TURNED: dict[str, str] = {"INTERESTED": "NOT_INTERESTED", "NOT_NOW": "NOT_NOW"}
"""What a phrase speaks for when it is negated; one that is missing here then speaks for nothing."""
