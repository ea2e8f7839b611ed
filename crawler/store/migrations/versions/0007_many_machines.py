"""Many machines: sources found by when they are due; and what operators are told of the service itself."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

NOW = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_index(op.f("ix_source_states_due"), "source_states", ["due"])
    op.create_table(
        "incidents",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("since", NOW, nullable=False),
        sa.Column("told", NOW),
        sa.Column("ended", NOW),
    )
    op.create_index(op.f("ix_incidents_ended"), "incidents", ["ended"])


def downgrade() -> None:
    op.drop_table("incidents")
    op.drop_index("ix_source_states_due", "source_states")
