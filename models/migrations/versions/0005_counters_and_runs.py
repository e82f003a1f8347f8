"""Counters of open work, and repairs that go on without a page."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

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
    # Repairs of many cases go on without their page.
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
    for event in TRIGGERS:
        op.execute(f"drop trigger count_open_work_{event[:6]} on work_items")
    op.execute("drop function count_open_work()")
    op.drop_table("workloads")
    op.drop_index("ix_approval_requests_draft_id", table_name="approval_requests")
