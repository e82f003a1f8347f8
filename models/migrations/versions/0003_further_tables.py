"""Messages, deliveries between cases, links, letters, minutes and receipts, replayed figures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
revision = '0003'
down_revision = '0002'


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table('replayed_figures',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('period', sa.Text(), nullable=False),
    sa.Column('figures', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('reported', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('played_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_replayed_figures')),
    sa.UniqueConstraint('name', 'period', name=op.f('uq_replayed_figures_name_period'))
    )
    op.create_table('minutes',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('reception_id', sa.BigInteger(), nullable=False),
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('approved_by', sa.Text(), nullable=False),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['reception_id'], ['receptions.id'], name=op.f('fk_minutes_reception_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_minutes')),
    sa.UniqueConstraint('number', name=op.f('uq_minutes_number')),
    sa.UniqueConstraint('reception_id', name=op.f('uq_minutes_reception_id'))
    )
    op.create_table('case_links',
    sa.Column('case_id', sa.BigInteger(), nullable=False),
    sa.Column('other_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('since_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_case_links_case_id')),
    sa.ForeignKeyConstraint(['other_id'], ['cases.id'], name=op.f('fk_case_links_other_id')),
    sa.PrimaryKeyConstraint('case_id', 'other_id', 'kind', name=op.f('pk_case_links'))
    )
    op.create_index('ix_case_links_other_id', 'case_links', ['other_id'], unique=False)
    op.create_table('deliveries',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('case_id', sa.BigInteger(), nullable=True),
    sa.Column('from_case_id', sa.BigInteger(), nullable=True),
    sa.Column('from_step', sa.BigInteger(), nullable=True),
    sa.Column('message', sa.Text(), nullable=False),
    sa.Column('process_key', sa.Text(), nullable=False),
    sa.Column('link_kind', sa.Text(), nullable=False),
    sa.Column('payload', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('tries', sa.BigInteger(), nullable=False),
    sa.Column('retry_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_error', sa.Text(), nullable=False),
    sa.CheckConstraint("kind in ('message', 'start')", name=op.f('ck_deliveries_kind')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_deliveries_case_id')),
    sa.ForeignKeyConstraint(['from_case_id'], ['cases.id'], name=op.f('fk_deliveries_from_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deliveries'))
    )
    op.create_index('ix_deliveries_from_case_id', 'deliveries', ['from_case_id'], unique=False)
    op.create_index('ix_deliveries_open', 'deliveries', ['id'], unique=False, postgresql_where=sa.text('done_at is null'))
    op.create_table('letters',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('case_id', sa.BigInteger(), nullable=False),
    sa.Column('step', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('unit_id', sa.BigInteger(), nullable=True),
    sa.Column('public', sa.Boolean(), nullable=False),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_letters_case_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_letters_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letters')),
    sa.UniqueConstraint('number', name=op.f('uq_letters_number'))
    )
    op.create_index('ix_letters_case_id', 'letters', ['case_id'], unique=False)
    op.create_table('receipts',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('case_id', sa.BigInteger(), nullable=False),
    sa.Column('step', sa.BigInteger(), nullable=False),
    sa.Column('reception_id', sa.BigInteger(), nullable=True),
    sa.Column('unit_id', sa.BigInteger(), nullable=False),
    sa.Column('document', sa.Text(), nullable=False),
    sa.Column('received_by', sa.Text(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_receipts_case_id')),
    sa.ForeignKeyConstraint(['reception_id'], ['receptions.id'], name=op.f('fk_receipts_reception_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_receipts_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_receipts'))
    )
    op.create_index('ix_receipts_case_id', 'receipts', ['case_id'], unique=False)
    op.create_index('ix_receipts_reception_id', 'receipts', ['reception_id'], unique=False)
    op.create_table('taken_over',
    sa.Column('case_id', sa.BigInteger(), nullable=False),
    sa.Column('process_id', sa.BigInteger(), nullable=False),
    sa.Column('own_number', sa.Text(), nullable=False),
    sa.Column('file', sa.Text(), nullable=False),
    sa.Column('line', sa.BigInteger(), nullable=False),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_taken_over_case_id')),
    sa.ForeignKeyConstraint(['process_id'], ['processes.id'], name=op.f('fk_taken_over_process_id')),
    sa.PrimaryKeyConstraint('case_id', name=op.f('pk_taken_over')),
    sa.UniqueConstraint('process_id', 'own_number', name=op.f('uq_taken_over_process_id_own_number'))
    )
    op.create_table('waits',
    sa.Column('id', sa.UUID(), nullable=False),
    sa.Column('case_id', sa.BigInteger(), nullable=False),
    sa.Column('process', sa.Text(), nullable=False),
    sa.Column('element', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=False),
    sa.Column('message', sa.Text(), nullable=False),
    sa.Column('form', sa.Text(), nullable=False),
    sa.Column('roles', sa.Text(), nullable=False),
    sa.Column('unit_id', sa.BigInteger(), nullable=True),
    sa.Column('public', sa.Boolean(), nullable=False),
    sa.Column('sentence', sa.Text(), nullable=False),
    sa.Column('sentence_en', sa.Text(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('opened_step', sa.BigInteger(), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_waits_case_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_waits_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_waits'))
    )
    op.create_index('ix_waits_case_id', 'waits', ['case_id'], unique=False, postgresql_where=sa.text('ended_at is null'))
    op.create_table('city_settings',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('value', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_by', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_city_settings'))
    )
    op.create_index('ix_notices_unread_unit', 'notices', ['unit_id', 'role'], unique=False, postgresql_where=sa.text('read_at is null and unit_id is not null'))
    op.add_column('cases', sa.Column('origin', sa.Text(), server_default='', nullable=False))
    op.alter_column('cases', 'enterprise_id',
               existing_type=sa.BIGINT(),
               nullable=True)
    op.add_column('work_items', sa.Column('name_en', sa.Text(), server_default='', nullable=False))
    op.create_table('tallies',
    sa.Column('what', sa.Text(), nullable=False),
    sa.Column('who', sa.Text(), nullable=False),
    sa.Column('since_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('count', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('what', 'who', name=op.f('pk_tallies'))
    )
    op.create_index('ix_tallies_since_at', 'tallies', ['since_at'], unique=False)
    op.create_table('ended_sessions',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('until_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ended_sessions'))
    )
    op.create_index('ix_ended_sessions_until_at', 'ended_sessions', ['until_at'], unique=False)
    op.add_column('calendar_versions', sa.Column('uncounted', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False))
    op.alter_column('calendar_versions', 'uncounted', server_default=None)
    op.drop_column('people', 'failed_sign_ins')
    op.drop_column('people', 'locked_until')
    op.create_index('ix_cases_number_prefix', 'cases', [sa.literal_column('upper(number) text_pattern_ops')], unique=False)
    op.drop_index('ix_work_items_open_unit', table_name='work_items')
    op.create_index('ix_work_items_open_unit', 'work_items', ['unit_id', 'role', sa.literal_column("coalesce(due_at, 'infinity'::timestamptz)"), 'id'], unique=False, postgresql_include=['case_id', 'due_at', 'warn_at', 'paused_at'], postgresql_where=sa.text("state = 'open'"))
    op.create_index('ix_work_items_open_due', 'work_items', [sa.literal_column("coalesce(due_at, 'infinity'::timestamptz)"), 'id'], unique=False, postgresql_where=sa.text("state = 'open'"))
    op.create_index('ix_work_items_company', 'work_items', ['case_id', 'closed_step'], unique=False, postgresql_where=sa.text("role = 'enterprise'"))
    op.create_index('ix_steps_delivered', 'steps', ['case_id', 'number'], unique=False, postgresql_where=sa.text("kind = 'deliver'"))
    op.create_table('bundle_drafts',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('process_key', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('based_on_id', sa.BigInteger(), nullable=True),
    sa.Column('archive', sa.LargeBinary(), nullable=False),
    sa.Column('checksum', sa.Text(), nullable=False),
    sa.Column('revision', sa.BigInteger(), nullable=False),
    sa.Column('owner', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_by', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['based_on_id'], ['process_versions.id'], name=op.f('fk_bundle_drafts_based_on_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bundle_drafts'))
    )
    op.create_index('ix_bundle_drafts_process_key', 'bundle_drafts', ['process_key'], unique=False)
    op.create_table('bundle_trials',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('checksum', sa.Text(), nullable=False),
    sa.Column('archive', sa.LargeBinary(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('started_by', sa.Text(), nullable=False),
    sa.Column('beat_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done', sa.BigInteger(), nullable=False),
    sa.Column('total', sa.BigInteger(), nullable=False),
    sa.Column('green', sa.Boolean(), nullable=False),
    sa.Column('report', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bundle_trials'))
    )
    op.create_index('ix_bundle_trials_checksum', 'bundle_trials', ['checksum'], unique=False)
