"""The statements about deliveries, each for all webhooks of a team; `models.deliveries` runs them.

A delivery is taken for as long as a request may last, and a while: who took it and died keeps nobody from
taking it after that.
"""
# ruff: noqa: S608 - every statement is put together from what stands here and in the tables

from typing import Final

from sqlalchemy import text

from models.tables.activity import IN_FEED

_OPEN: Final = "delivery.state in ('WAITING', 'SENDING')"

# The webhooks stay locked until the transaction ends: nobody else makes or takes their deliveries meanwhile.
# Of each, the next lines of the feed are looked at, as many as there is room for; the place moves behind the
# last one, whether it was wanted or not.
FILL: Final = text(f"""
with hook as (
    select webhook.* from webhook where webhook.team_id = :team_id order by webhook.id
    for no key update skip locked
), line as (
    select hook.id as webhook_id, hook.member_id, found.*,
        (hook.kinds is null or found.kind = any (hook.kinds))
        and (hook.sequence_id is null or found.sequence_id = hook.sequence_id)
        and (hook.statuses is null or (found.before # found.after) & hook.statuses <> 0) as wanted
    from hook cross join lateral (
        select activity.id, activity.stamp, activity.contact_id, activity.sequence_id, activity.kind,
            activity.before, activity.after
        from activity
        where activity.team_id = :team_id and ({IN_FEED})
            and activity.stamp < stamp_of(pg_snapshot_xmin(pg_current_snapshot()))
            and (activity.stamp, activity.id) > (hook.stamp, hook.line_id)
        order by activity.stamp, activity.id
        limit greatest(0, least(:slice, :most - (
            select count(*) from webhook_delivery delivery
            where delivery.team_id = :team_id and delivery.webhook_id = hook.id and {_OPEN}
        )))
    ) found
    where hook.disabled_at is null
), made as (
    insert into webhook_delivery (team_id, webhook_id, activity_id, contact_id, state)
    select contact.team_id, line.webhook_id, line.id, line.contact_id, 'WAITING'
    from line
    join team on team.id = :team_id
    join contact on contact.team_id = :team_id and contact.id = line.contact_id
    left join sequence on sequence.team_id = :team_id and sequence.id = contact.sequence_id
    where line.wanted and (
        not team.team_edition or team.visibility <> 'PRIVATE'
        or coalesce(sequence.owner_id, contact.owner_id) = line.member_id
    )
    order by line.webhook_id, line.stamp, line.id
), moved as (
    update webhook set stamp = last.stamp, line_id = last.id
    from (
        select distinct on (webhook_id) webhook_id, stamp, id from line
        order by webhook_id, stamp desc, id desc
    ) last
    where webhook.team_id = :team_id and webhook.id = last.webhook_id
)
select hook.id, (select count(*) from line where line.webhook_id = hook.id) from hook
""")

# Of each webhook, as many as may be under way at once; of each contact only the first that is not at an end.
# One that is disabled gets tests alone.
TAKE: Final = text(f"""
with hook as (
    select webhook.id, webhook.disabled_at,
        case when webhook.failing_since is null then (:at_once)::int else (:while_failing)::int end - (
            select count(*) from webhook_delivery delivery
            where delivery.team_id = :team_id and delivery.webhook_id = webhook.id
                and delivery.state = 'SENDING' and delivery.next_at > statement_timestamp()
        ) as room
    from webhook where webhook.team_id = :team_id and webhook.id = any (:webhook_ids)
), due as (
    select head.id from hook cross join lateral (
        select delivery.id from webhook_delivery delivery
        where delivery.team_id = :team_id and delivery.webhook_id = hook.id and {_OPEN}
            and delivery.next_at <= statement_timestamp()
            and (hook.disabled_at is null or delivery.activity_id is null)
            and not exists (
                select from webhook_delivery earlier
                where earlier.team_id = :team_id and earlier.webhook_id = hook.id
                    and earlier.contact_id = delivery.contact_id and earlier.id < delivery.id
                    and earlier.state in ('WAITING', 'SENDING')
            )
        order by delivery.next_at, delivery.id limit greatest(hook.room, 0)
        for update of delivery skip locked
    ) head
    limit :most
)
update webhook_delivery delivery
set state = 'SENDING', attempts = attempts + 1, first_at = coalesce(first_at, statement_timestamp()),
    next_at = statement_timestamp() + make_interval(secs => :lease)
from due where delivery.team_id = :team_id and delivery.id = due.id
returning delivery.id
""")

# Who comes late, after a delivery was taken from him, is believed only if it was delivered.
SETTLE: Final = text("""
with result as (
    select * from unnest(
        (:ids)::bigint[], (:attempts)::int[], (:states)::text[], (:delays)::float8[], (:statuses)::int[],
        (:reasons)::text[]
    ) as result (id, attempt, state, delay, status, reason)
)
update webhook_delivery delivery
set state = result.state, status = result.status, reason = nullif(result.reason, ''),
    next_at = statement_timestamp() + make_interval(secs => result.delay),
    finished_at = case when result.state = 'WAITING' then null else statement_timestamp() end
from result
where delivery.team_id = :team_id and delivery.id = result.id and (
    (delivery.state = 'SENDING' and delivery.attempts = result.attempt)
    or (delivery.state in ('WAITING', 'SENDING') and result.state = 'DELIVERED')
)
""")

# A success ends what was failing; a failure begins it, or adds to it. What has failed for long is disabled.
HEALTH: Final = text("""
with result as (
    select * from unnest((:webhook_ids)::bigint[], (:delivered)::int[], (:failed)::int[], (:gone)::bool[])
    as result (webhook_id, delivered, failed, gone)
), health as (
    select webhook.id, result.gone and webhook.disabled_at is null as gone,
        case when result.delivered > 0 then 0 else webhook.failures + result.failed end as failures,
        case when result.delivered = 0
            then coalesce(webhook.failing_since, statement_timestamp()) end as since
    from webhook join result on webhook.id = result.webhook_id where webhook.team_id = :team_id
), verdict as (
    select health.*, health.failures >= :failures
        and health.since <= statement_timestamp() - make_interval(secs => :disable_after) as too_long
    from health
)
update webhook
set failing_since = verdict.since, failures = verdict.failures,
    disabled_at = case when verdict.gone or verdict.too_long
        then coalesce(webhook.disabled_at, statement_timestamp()) else webhook.disabled_at end,
    disabled_because = case
        when webhook.disabled_because is not null then webhook.disabled_because
        when verdict.gone then :because_gone
        when verdict.too_long then :because_failing end
from verdict
where webhook.team_id = :team_id and webhook.id = verdict.id
    and (verdict.gone or verdict.failures > 0 or webhook.failures > 0)
returning webhook.id, webhook.disabled_at is not null
""")

PRUNE: Final = text("""
delete from webhook_delivery where team_id = :team_id and id in (
    select id from webhook_delivery
    where team_id = :team_id and finished_at < statement_timestamp() - make_interval(days => :days)
    order by finished_at limit :most
)
""")
