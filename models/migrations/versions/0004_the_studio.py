"""The studio: what people draw, play, move and repair."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Bring the tables forward."""
    # The name of a message that was sent is read from its wait, also long after it ended.
    op.create_index("ix_waits_case_id_element", "waits", ["case_id", "element"])
    # Watching: when a task was first taken up, and what was done or ended in a time.
    op.add_column("work_items", sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_work_items_done",
        "work_items",
        ["closed_at"],
        postgresql_where=sa.text("state = 'done'"),
    )
    op.create_index(
        "ix_cases_process_id_closed_at",
        "cases",
        ["process_id", "closed_at"],
        postgresql_where=sa.text("closed_at is not null"),
    )
    op.create_index(
        "ix_steps_recalled",
        "steps",
        ["case_id", "number"],
        postgresql_where=sa.text("recalled_by is not null"),
    )
    # Versions that take effect on a date, and the second person who approves one.
    op.add_column(
        "process_versions",
        sa.Column("approved_by", sa.Text(), nullable=False, server_default=""),
    )
    op.add_column("process_versions", sa.Column("takes_effect_at", sa.DateTime(timezone=True)))
    op.add_column("process_versions", sa.Column("settled_at", sa.DateTime(timezone=True)))
    op.add_column(
        "process_versions",
        sa.Column("called_off_by", sa.Text(), nullable=False, server_default=""),
    )
    op.create_index(
        "ix_process_versions_planned",
        "process_versions",
        ["takes_effect_at"],
        postgresql_where=sa.text("takes_effect_at is not null and settled_at is null"),
    )
    op.create_table(
        "approval_requests",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("draft_id", sa.BigInteger(), nullable=False),
        sa.Column("checksum", sa.Text(), nullable=False),
        sa.Column("over", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("takes_effect_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"],
            ["bundle_drafts.id"],
            name=op.f("fk_approval_requests_draft_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["people.id"], name=op.f("fk_approval_requests_asked_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_requests")),
    )
    op.create_index(
        "ix_approval_requests_waiting",
        "approval_requests",
        ["draft_id"],
        unique=True,
        postgresql_where=sa.text("decided_at is null"),
    )
    # Who has a file of a draft open, and who saved it last.
    op.create_table(
        "draft_editors",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("draft_id", sa.BigInteger(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("sitting", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"],
            ["bundle_drafts.id"],
            name=op.f("fk_draft_editors_draft_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_draft_editors_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_editors")),
        sa.UniqueConstraint(
            "draft_id", "path", "sitting", name=op.f("uq_draft_editors_draft_id_path_sitting")
        ),
    )
    # Moving running cases to another version.
    op.drop_constraint("kind", "steps", type_="check")
    op.create_check_constraint(
        "kind",
        "steps",
        "kind in ('start', 'complete', 'wake', 'deliver', 'recall', 'act', 'migrate')",
    )
    op.create_table(
        "moves",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("process_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=True),
        sa.Column("draft_id", sa.BigInteger(), nullable=True),
        sa.Column("checksum", sa.Text(), nullable=False),
        sa.Column("archive", sa.LargeBinary(), nullable=False),
        sa.Column("mapping", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("undoes_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_by", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("report", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("kind in ('preview', 'move', 'back')", name="kind"),
        sa.ForeignKeyConstraint(["process_id"], ["processes.id"], name="fk_moves_process_id"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["process_versions.id"], name="fk_moves_version_id"
        ),
        sa.ForeignKeyConstraint(["undoes_id"], ["moves.id"], name="fk_moves_undoes_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_moves_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_moves"),
    )
    op.create_index("ix_moves_process_id_started_at", "moves", ["process_id", "started_at"])
    op.create_index(
        "ix_moves_unfinished", "moves", ["id"], postgresql_where=sa.text("finished_at is null")
    )
    op.create_table(
        "moved_cases",
        sa.Column("move_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("from_version_id", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.BigInteger(), nullable=True),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('waiting', 'moved', 'refused', 'gone', 'undone')", name="state"
        ),
        sa.ForeignKeyConstraint(["move_id"], ["moves.id"], name="fk_moved_cases_move_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_moved_cases_case_id"),
        sa.ForeignKeyConstraint(
            ["from_version_id"], ["process_versions.id"], name="fk_moved_cases_from_version_id"
        ),
        sa.PrimaryKeyConstraint("move_id", "case_id", name="pk_moved_cases"),
    )
    op.create_index("ix_moved_cases_case_id", "moved_cases", ["case_id"])
    op.create_index(
        "ix_moved_cases_waiting",
        "moved_cases",
        ["move_id", "case_id"],
        postgresql_where=sa.text("state = 'waiting'"),
    )
    # Plays of processes, with a moved clock.
    op.create_table(
        "plays",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("process_key", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("archive", sa.LargeBinary(), nullable=False),
        sa.Column("checksum", sa.Text(), nullable=False),
        sa.Column("sessions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("known", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("clock_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_from", sa.Text(), nullable=False),
        sa.Column("stopped", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_plays_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_plays"),
    )
    op.create_index("ix_plays_person_id", "plays", ["person_id"])
    op.create_table(
        "play_acts",
        sa.Column("play_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("step", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("expect", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("told", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("revisions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["play_id"], ["plays.id"], name="fk_play_acts_play_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("play_id", "number", name="pk_play_acts"),
    )
    # Incidents: what kind of trouble, on which version, of which delivery, and how it ended.
    op.add_column("incidents", sa.Column("resolved_how", sa.Text(), server_default="", nullable=False))
    op.add_column("incidents", sa.Column("resolved_why", sa.Text(), server_default="", nullable=False))
    op.add_column("incidents", sa.Column("resolved_by", sa.Text(), server_default="", nullable=False))
    op.add_column("incidents", sa.Column("cause", sa.Text(), server_default="", nullable=False))
    op.add_column("incidents", sa.Column("version_id", sa.BigInteger(), nullable=True))
    op.add_column("incidents", sa.Column("delivery_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        "fk_incidents_version_id", "incidents", "process_versions", ["version_id"], ["id"]
    )
    op.create_foreign_key(
        "fk_incidents_delivery_id", "incidents", "deliveries", ["delivery_id"], ["id"]
    )
    op.create_check_constraint(
        "resolved_how", "incidents", "resolved_how in ('', 'worked', 'gone', 'settled')"
    )
    op.create_index(
        "ix_incidents_open", "incidents", ["id"], postgresql_where=sa.text("resolved_at is null")
    )
    # Repair: cases that are suspended or cancelled, and the same repair of many cases.
    op.add_column("cases", sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("cases", sa.Column("suspended_why", sa.Text(), server_default="", nullable=False))
    op.drop_constraint("state", "cases", type_="check")
    op.create_check_constraint(
        "state",
        "cases",
        "state in ('open', 'closed', 'withdrawn', 'declined', 'cancelled')",
    )
    op.create_table(
        "repair_runs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("act", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_by", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_repair_runs_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_repair_runs"),
    )
    op.create_table(
        "repaired_cases",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("step", sa.BigInteger(), nullable=True),
        sa.Column("said", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state in ('waiting', 'done', 'refused')", name="state"),
        sa.ForeignKeyConstraint(["run_id"], ["repair_runs.id"], name="fk_repaired_cases_run_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_repaired_cases_case_id"),
        sa.PrimaryKeyConstraint("run_id", "case_id", name="pk_repaired_cases"),
    )
    # Drafts that come from other products, and what the importer said about them.
    op.create_table(
        "draft_imports",
        sa.Column("draft_id", sa.BigInteger(), nullable=False),
        sa.Column("dialect", sa.Text(), nullable=False),
        sa.Column("archive", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"],
            ["bundle_drafts.id"],
            name="fk_draft_imports_draft_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("draft_id", name="pk_draft_imports"),
    )
    op.create_table(
        "import_lines",
        sa.Column("draft_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("rule", sa.BigInteger(), nullable=False),
        sa.Column("subject", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sentence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("mend", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("dealt_by", sa.Text(), nullable=False),
        sa.Column("dealt_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["draft_id"],
            ["draft_imports.draft_id"],
            name="fk_import_lines_draft_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("draft_id", "number", name="pk_import_lines"),
    )
    # Which step of a case took its slot: the recall of another one leaves it alone.
    op.add_column("agenda_items", sa.Column("step", sa.BigInteger(), nullable=True))
