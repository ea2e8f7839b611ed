"""Entries that wait say why and when they are tried again; how every entry ended is on record, and how many there were."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

NOW = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("pending", sa.Column("reason", sa.String(), nullable=False, server_default="page"))
    op.add_column("pending", sa.Column("message", sa.Text()))
    op.add_column("pending", sa.Column("failures", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("pending", sa.Column("next_try", NOW))
    op.create_table(
        "entry_ends",
        sa.Column(
            "entry_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.ForeignKey("entries.id", ondelete="CASCADE", name=op.f("fk_entry_ends_entry_id")),
            autoincrement=False,
        ),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", NOW, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reason", sa.String()),
        sa.Column("message", sa.Text()),
        sa.Column("since", NOW),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_entry_ends")),
    )
    op.create_index(op.f("ix_entry_ends_kind"), "entry_ends", ["kind"])
    op.create_table(
        "entry_tallies",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.Column("pruned", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_entry_tallies")),
    )
    # Until now an entry that led nowhere and did not wait was one whose article had been pruned.
    op.execute(
        "INSERT INTO entry_ends (entry_id, kind, at, actor, note) "
        "SELECT id, 'pruned', seen, 'upgrade', 'its article was pruned before this was put on record' FROM entries "
        "WHERE id NOT IN (SELECT entry_id FROM article_entries) AND id NOT IN (SELECT entry_id FROM pending)"
    )
    op.execute(
        "INSERT INTO entry_tallies (source, seen, pruned) SELECT source, count(*), 0 FROM entries GROUP BY source"
    )


def downgrade() -> None:
    op.drop_table("entry_tallies")
    op.drop_table("entry_ends")
    for name in ("next_try", "failures", "message", "reason"):
        op.drop_column("pending", name)
