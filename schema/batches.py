"""What became of one contact of a batch, as the API shows it."""

from resolvers import contacts, enrolments
from rules.statuses import in_order
from schema import results
from schema.activity import Activity
from schema.contacts import Contact
from schema.reasons import reasons_of


def enrolled(
    answer: enrolments.Done | enrolments.NotDone,
) -> results.ContactChanged | results.ContactRefused:
    """Return what became of a contact to put into a sequence, or to take out of one."""
    if isinstance(answer, enrolments.Done):
        return results.ContactChanged(
            contact=Contact.of(answer.record),
            before=in_order(answer.before),
            after=in_order(answer.after),
            activity=Activity.of(answer.line),
        )
    return results.ContactRefused(reasons=reasons_of(answer.reasons), index=answer.index)


def upserted(
    answer: contacts.Upserted | contacts.NotUpserted,
) -> results.ContactUpserted | results.ContactRefused:
    """Return what became of a contact to create or change."""
    if isinstance(answer, contacts.Upserted):
        return results.ContactUpserted(
            contact=Contact.of(answer.record), created=answer.created, changed=answer.changed
        )
    return results.ContactRefused(reasons=reasons_of(answer.reasons), index=answer.index)
