"""Counters of open work and of past months, and repairs that go on without a page."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0005"
down_revision = "0004"

COUNT = """
create function {schema}.count_open_work() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' and old.state = 'open' then
        insert into {schema}.workloads (unit_id, role, due_from, warn_from, paused, change)
        values (old.unit_id, old.role, date_bin('6 hours', old.due_at, '2000-01-01Z'),
            date_bin('6 hours', old.warn_at, '2000-01-01Z'), old.paused_at is not null, -1);
    end if;
    if tg_op <> 'DELETE' and new.state = 'open' then
        insert into {schema}.workloads (unit_id, role, due_from, warn_from, paused, change)
        values (new.unit_id, new.role, date_bin('6 hours', new.due_at, '2000-01-01Z'),
            date_bin('6 hours', new.warn_at, '2000-01-01Z'), new.paused_at is not null, 1);
    end if;
    return null;
end
$$
"""
COUNTED = "{row}.state, {row}.unit_id, {row}.role, {row}.due_at, {row}.warn_at, {row}.paused_at"
TRIGGERS = {
    "insert": "new.state = 'open'",
    "update of state, unit_id, role, due_at, warn_at, paused_at": (
        "(old.state = 'open' or new.state = 'open')"
        f" and ({COUNTED.format(row='old')}) is distinct from ({COUNTED.format(row='new')})"
    ),
    "delete": "old.state = 'open'",
}
"""When open work is counted anew: after what, and under which condition."""
COUNT_ALL = """
insert into workloads (unit_id, role, due_from, warn_from, paused, change)
select unit_id, role, date_bin('6 hours', due_at, '2000-01-01Z'),
    date_bin('6 hours', warn_at, '2000-01-01Z'), paused_at is not null, count(*)
from work_items where state = 'open' group by 1, 2, 3, 4, 5
"""

FORGET = """
create function {schema}.forget_spans() returns trigger language plpgsql as $$
begin
    if tg_table_name = 'steps' then
        delete from {schema}.spans using {schema}.cases, {schema}.work_items
        where cases.id = new.case_id and spans.process_id = cases.process_id
            and work_items.case_id = new.case_id and work_items.closed_step = new.number
            and work_items.closed_at >= spans.start_at and work_items.closed_at < spans.end_at;
        return null;
    end if;
    delete from {schema}.spans using {schema}.cases
    where cases.id in (old.case_id, new.case_id) and spans.process_id = cases.process_id
        and (old.closed_at >= spans.start_at and old.closed_at < spans.end_at
            or new.closed_at >= spans.start_at and new.closed_at < spans.end_at);
    return null;
end
$$
"""
PAST = "now() - interval '12 hours'"
FORGETTING = {
    "work_items": {
        "insert": f"new.state = 'done' and new.closed_at < {PAST}",
        "update": "(old.state = 'done' or new.state = 'done')"
        f" and least(old.closed_at, new.closed_at) < {PAST}",
        "delete": "old.state = 'done'",
    },
    "steps": {"update of recalled_by": f"new.at < {PAST}"},
}
"""What has been counted may be no longer right: after what, and under which condition.

A month is counted a day after its end, so that what is done now never looks for it.
"""


def upgrade() -> None:
    """Bring the tables forward."""
    # How much work is open, kept by triggers.
    op.create_table(
        "workloads",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("due_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("warn_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workloads")),
    )
    # Named in full: whoever changes a row, from wherever, counts in this city.
    schema = op.get_bind().scalar(sa.text("select quote_ident(current_schema())"))
    op.execute(COUNT.format(schema=schema))
    for event, condition in TRIGGERS.items():
        op.execute(
            f"create trigger count_open_work_{event[:6]} after {event} on work_items"
            f" for each row when ({condition}) execute function count_open_work()"
        )
    op.execute(COUNT_ALL)
    # How long tasks took in past months, counted once.
    op.create_table(
        "spans",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("process_id", sa.BigInteger(), nullable=False),
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["process_id"], ["processes.id"], name=op.f("fk_spans_process_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spans")),
        sa.UniqueConstraint(
            "process_id", "start_at", "end_at", name=op.f("uq_spans_process_id_start_at_end_at")
        ),
    )
    op.create_table(
        "span_times",
        sa.Column("span_id", sa.BigInteger(), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("figure", sa.Text(), nullable=False),
        sa.Column("bins", ARRAY(sa.Integer()), nullable=False),
        sa.Column("counts", ARRAY(sa.Integer()), nullable=False),
        sa.Column("totals", ARRAY(sa.Float()), nullable=False),
        sa.CheckConstraint(
            "figure in ('whole', 'waiting', 'in_hand', 'limited', 'late')",
            name=op.f("ck_span_times_figure"),
        ),
        sa.ForeignKeyConstraint(
            ["span_id"], ["spans.id"], name=op.f("fk_span_times_span_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["process_versions.id"], name=op.f("fk_span_times_version_id")
        ),
        sa.PrimaryKeyConstraint(
            "span_id", "version_id", "process", "element", "figure", name=op.f("pk_span_times")
        ),
    )
    op.execute(FORGET.format(schema=schema))
    for table, events in FORGETTING.items():
        for event, condition in events.items():
            op.execute(
                f"create trigger forget_spans_{event[:6]} after {event} on {table}"
                f" for each row when ({condition}) execute function forget_spans()"
            )
    # Repairs of many cases go on without their page; one whose page was left long ago does not.
    op.execute("update repair_runs set finished_at = now() where finished_at is null")
    op.add_column(
        "repair_runs",
        sa.Column(
            "beat_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
    )
    op.create_index(
        "ix_repair_runs_unfinished",
        "repair_runs",
        ["id"],
        postgresql_where=sa.text("finished_at is null"),
    )
    # The requests of a draft are read with it, and deleted with it.
    op.create_index("ix_approval_requests_draft_id", "approval_requests", ["draft_id"])


def downgrade() -> None:
    """Bring the tables back."""
    op.drop_index("ix_repair_runs_unfinished", table_name="repair_runs")
    op.drop_column("repair_runs", "beat_at")
    for table, events in FORGETTING.items():
        for event in events:
            op.execute(f"drop trigger forget_spans_{event[:6]} on {table}")
    op.execute("drop function forget_spans()")
    op.drop_table("span_times")
    op.drop_table("spans")
    for event in TRIGGERS:
        op.execute(f"drop trigger count_open_work_{event[:6]} on work_items")
    op.execute("drop function count_open_work()")
    op.drop_table("workloads")
    op.drop_index("ix_approval_requests_draft_id", table_name="approval_requests")
