"""What machine assistants answered, and what was sent to them."""

import sqlalchemy as sa
from alembic import op

from crawler.store.schema import Utc

revision = "0033"
down_revision = "0032"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "assist_answers",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("story", sa.Integer()),
        sa.Column("base", sa.String()),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("answer", sa.JSON()),
        sa.Column("reason", sa.Text()),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next", Utc()),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_assist_answers")),
    )
    op.create_index(op.f("ix_assist_answers_task_story"), "assist_answers", ["task", "story"])
    op.create_index(op.f("ix_assist_answers_at"), "assist_answers", ["at"])
    op.create_table(
        "assist_requests",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("articles", sa.JSON(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("characters", sa.Integer(), nullable=False),
        sa.Column("tokens_in", sa.Integer(), nullable=False),
        sa.Column("tokens_out", sa.Integer(), nullable=False),
        sa.Column("money", sa.Float(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("problem", sa.Text()),
        sa.Column("until", Utc()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assist_requests")),
    )
    op.create_index(op.f("ix_assist_requests_at"), "assist_requests", ["at"])


def downgrade() -> None:
    op.drop_table("assist_requests")
    op.drop_table("assist_answers")
