"""What reports are compared with of a base stands with it, so that a process that begins to write reads no proofs for that.

PostgreSQL finds keys by their beginning in an index of its own, as its languages sort otherwise than by bytes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"

BEGINNING = "ix_bases_key_beginning"


def upgrade() -> None:
    op.add_column("bases", sa.Column("compared", sa.JSON(), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        op.create_index(BEGINNING, "bases", ["key"], postgresql_ops={"key": "varchar_pattern_ops"})


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index(BEGINNING, "bases")
    op.drop_column("bases", "compared")
