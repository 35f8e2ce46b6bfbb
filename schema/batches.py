"""What became of the contacts of a batch, as the API shows it."""

from collections.abc import Sequence

from resolvers import contacts, enrolments
from rules.statuses import in_order
from schema import results
from schema.activity import Activity
from schema.contact_plans import changed
from schema.context import Info
from schema.reasons import reasons_of


async def enrolled(
    info: Info, answers: Sequence[enrolments.Done | enrolments.NotDone]
) -> list[results.ContactResult]:
    """Return what became of contacts to put into a sequence, or to take out of one, in their order."""
    done = [each.record for each in answers if isinstance(each, enrolments.Done)]
    shown = iter(await changed(info, done))
    return [
        results.ContactChanged(
            contact=next(shown),
            before=in_order(answer.before),
            after=in_order(answer.after),
            activity=Activity.of(answer.line),
        )
        if isinstance(answer, enrolments.Done)
        else results.ContactRefused(reasons=reasons_of(answer.reasons), index=answer.index)
        for answer in answers
    ]


async def upserted(info: Info, answers: contacts.Answers) -> list[results.UpsertContactResult]:
    """Return what became of contacts to create or change, in their order."""
    done = [each.record for each in answers if isinstance(each, contacts.Upserted)]
    shown = iter(await changed(info, done))
    return [
        results.ContactUpserted(contact=next(shown), created=answer.created, changed=answer.changed)
        if isinstance(answer, contacts.Upserted)
        else results.ContactRefused(reasons=reasons_of(answer.reasons), index=answer.index)
        for answer in answers
    ]
