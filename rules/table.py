"""The table: every change of a contact's statuses there is, one row each.

The law of this file: what has no row is refused (S51); nothing here lists what is forbidden. A row reads as
a sentence: "Add Replied: a contact that is Active becomes Finished + Replied, by the owner, when replies
handling is finish, provided emails ≥ 1." For one change, one contact and one set of facts at most one row
leads. Marks stay as they are unless the row names them.

"chosen" in the last column: the source is silent, and we decided. S12: back to Active only if READY (the
invariant of Active). S48: nobody is to call who opted out. S19 and S34: taking off a stop never starts
sending by itself; a person then says Active (S19 names both steps). S49: the call was made.
"""

from rules.statuses import STAGES, Status
from rules.vocabulary import (
    ALWAYS,
    AUTOMATIC,
    CLICKS,
    CONTINUE,
    DONE,
    EMAIL,
    FINISH,
    LACKING,
    NONE_LEFT,
    NOWHERE,
    OPENS,
    READY,
    STEPS_LEFT,
    TRACKED,
    By,
    Row,
    minus,
    plus,
    row,
    to,
)

(
    ACTIVE, PAUSED, MISSING_DATA, OUT_OF_OFFICE, BOUNCED, FINISHED, OPTED_OUT,
    CONTACTED, OPENED, CLICKED, REPLIED, AUTO_REPLIED, TO_CALL, CALLED,
) = Status  # fmt: skip
OWNER, ANYONE, SYSTEM = By

WATCHED = {ACTIVE, OUT_OF_OFFICE}  # the stages in which a reply or a bounce is seen
ANY_OR_NONE = STAGES | {None}
NOT_OPTED_OUT = STAGES - {OPTED_OUT}
NOT_STOPPED = STAGES - {BOUNCED, OPTED_OUT}

# fmt: off
BY_HAND: tuple[Row, ...] = (
    #   change          a contact is   becomes                      by      when        provided  source
    row(+PAUSED,        ACTIVE,        to(PAUSED),                  OWNER,  ALWAYS,     (),       "S6"),
    row(+FINISHED,      ACTIVE,        to(FINISHED),                OWNER,  ALWAYS,     (),       "S6"),
    row(+OUT_OF_OFFICE, ACTIVE,        to(OUT_OF_OFFICE),           OWNER,  ALWAYS,     (),       "S6"),
    row(+OPTED_OUT,     ANY_OR_NONE,   to(OPTED_OUT),               ANYONE, ALWAYS,     (),       "S2 S6 S34"),
    row(+BOUNCED,       NOT_STOPPED,   to(BOUNCED),                 OWNER,  ALWAYS,     EMAIL,    "S7 S20"),
    row(+REPLIED,       ACTIVE,        to(FINISHED, REPLIED),       OWNER,  FINISH,     EMAIL,    "S7 S40 S41"),
    row(+REPLIED,       ACTIVE,        to(ACTIVE, REPLIED),         OWNER,  CONTINUE,   EMAIL,    "S7 S40"),
    row(+ACTIVE,        PAUSED,        to(ACTIVE),                  OWNER,  ALWAYS,     READY,    "S12, chosen"),
    row(+ACTIVE,        MISSING_DATA,  to(ACTIVE),                  OWNER,  ALWAYS,     READY,    "S14 S16"),
    row(+ACTIVE,        OUT_OF_OFFICE, to(ACTIVE),                  OWNER,  ALWAYS,     READY,    "S25"),
    row(+ACTIVE,        FINISHED,      to(ACTIVE),                  OWNER,  ALWAYS,     READY,    "S28"),
    row(+TO_CALL,       NOT_OPTED_OUT, plus(TO_CALL),               OWNER,  ALWAYS,     (),       "S48, chosen"),
    row(-MISSING_DATA,  MISSING_DATA,  to(ACTIVE),                  OWNER,  ALWAYS,     READY,    "S14 S16"),
    row(-OUT_OF_OFFICE, OUT_OF_OFFICE, to(ACTIVE),                  OWNER,  ALWAYS,     READY,    "S24"),
    row(-BOUNCED,       BOUNCED,       to(PAUSED),                  OWNER,  STEPS_LEFT, (),       "S19, chosen"),
    row(-BOUNCED,       BOUNCED,       to(FINISHED),                OWNER,  NONE_LEFT,  (),       "S19, chosen"),
    row(-OPTED_OUT,     OPTED_OUT,     to(PAUSED),                  OWNER,  STEPS_LEFT, (),       "S34, chosen"),
    row(-OPTED_OUT,     OPTED_OUT,     to(FINISHED),                OWNER,  NONE_LEFT,  (),       "S34, chosen"),
    row(-OPTED_OUT,     OPTED_OUT,     minus(OPTED_OUT),            OWNER,  NOWHERE,    (),       "S34 S35"),
    row(-CALLED,        CALLED,        minus(CALLED),               OWNER,  ALWAYS,     (),       "S50"),
)

BY_THE_SYSTEM: tuple[Row, ...] = (
    #   change          a contact is   becomes                      by      when        provided  source
    row(+MISSING_DATA,  ACTIVE,        to(MISSING_DATA),            SYSTEM, ALWAYS,     LACKING,  "S13"),
    row(+CONTACTED,     ACTIVE,        plus(CONTACTED),             SYSTEM, ALWAYS,     EMAIL,    "S30"),
    row(+FINISHED,      ACTIVE,        to(FINISHED),                SYSTEM, ALWAYS,     DONE,     "S27"),
    row(+BOUNCED,       WATCHED,       to(BOUNCED),                 SYSTEM, ALWAYS,     TRACKED,  "S18 S21"),
    row(+OUT_OF_OFFICE, ACTIVE,        to(OUT_OF_OFFICE),           SYSTEM, ALWAYS,     TRACKED,  "S23"),
    row(+AUTO_REPLIED,  ACTIVE,        to(FINISHED, AUTO_REPLIED),  SYSTEM, ALWAYS,     TRACKED,  "S45"),
    row(+REPLIED,       WATCHED,       to(FINISHED, REPLIED),       SYSTEM, FINISH,     TRACKED,  "S26 S27 S37 S38 S40"),
    row(+REPLIED,       ACTIVE,        to(ACTIVE, REPLIED),         SYSTEM, CONTINUE,   TRACKED,  "S40"),
    row(+REPLIED,       OUT_OF_OFFICE, to(ACTIVE, REPLIED),         SYSTEM, CONTINUE,   TRACKED + READY, "S26 S40"),
    row(+ACTIVE,        OUT_OF_OFFICE, to(ACTIVE),                  SYSTEM, AUTOMATIC,  READY,    "S25"),
    row(+OPENED,        STAGES,        plus(OPENED),                SYSTEM, ALWAYS,     OPENS,    "S43 S22"),
    row(+CLICKED,       STAGES,        plus(CLICKED),               SYSTEM, ALWAYS,     CLICKS,   "S44"),
    row(+OPTED_OUT,     ANY_OR_NONE,   to(OPTED_OUT),               SYSTEM, ALWAYS,     (),       "S32 S33"),
    row(+TO_CALL,       NOT_OPTED_OUT, plus(TO_CALL),               SYSTEM, ALWAYS,     (),       "S47"),
    row(+CALLED,        STAGES,        plus(CALLED, minus=TO_CALL), SYSTEM, ALWAYS,     (),       "S49, chosen"),
)
# fmt: on

TABLE: tuple[Row, ...] = BY_HAND + BY_THE_SYSTEM
