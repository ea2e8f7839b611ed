"""Candidates for bases of which the rules are not sure."""

import sqlalchemy as sa
from alembic import op

from crawler.store.schema import Utc

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    op.create_table(
        "base_candidates",
        sa.Column(
            "article_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.ForeignKey("articles.id", ondelete="CASCADE"),
            nullable=False,
            autoincrement=False,
        ),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("chance", sa.Float(), nullable=False),
        sa.Column("taken", sa.Boolean(), nullable=False),
        sa.Column("entered", Utc()),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("mention", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_base_candidates")),
    )
    op.create_index(op.f("ix_base_candidates_question"), "base_candidates", ["question"])
    op.create_index(op.f("ix_base_candidates_entered"), "base_candidates", ["entered"])


def downgrade() -> None:
    op.drop_table("base_candidates")
