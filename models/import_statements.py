"""How a slice of staged rows becomes contacts, stays and lines of the log: one statement for all of them."""

from typing import Final

THERE: Final = """
    from staged s join contact c on c.team_id = $1 and c.email_key = s.email_key
    where s.line > $2 and s.line <= $3
"""

PROFILE: Final = "email, first_name, last_name, company, phone, variables, owner_id"

STORE: Final = f"""
with mine as (
    select * from staged s where line > $2 and line <= $3
    and not exists (select from contact c where c.team_id = $1 and c.email_key = s.email_key)
    order by line
), new as materialized (
    select *, nextval('contact_id_seq') as id,
        case when sequence_id is not null then nextval('enrolment_id_seq') end as enrolment_id,
        case when sequence_id is null and statuses = 0 then 1 else 2 end as version
    from mine
), contacts as (
    insert into contact (team_id, id, {PROFILE}, sequence_id, enrolment_id, statuses, replied_by, version,
        decided_at)
    select $1, id, {PROFILE}, sequence_id, enrolment_id, statuses, replied_by, version,
        case when $4::bigint is not null and version = 2 then statement_timestamp() end
    from new order by id
), stays as (
    insert into enrolment (team_id, id, contact_id, sequence_id, emails_received, sms_sent, completed,
        steps_left, missing_variables)
    select $1, enrolment_id, id, sequence_id, emails_received, sms_sent, completed, steps_left,
        missing_variables
    from new where enrolment_id is not null order by enrolment_id
), lines as (
    insert into activity (team_id, contact_id, sequence_id, kind, member_id, before, after, rules, note,
        version)
    select $1, id, case when place = 2 then sequence_id end,
        case when place = 1 then 'CREATED' when sequence_id is null then 'STATUSES_CHANGED'
            else 'ENROLLED' end,
        $4, 0, case when place = 2 then statuses else 0 end, '{{}}', $5 || line, place
    from new cross join generate_series(1, 2) place where place <= version
    order by id, place
)
select count(*) from new
"""  # noqa: S608 -- our own names
