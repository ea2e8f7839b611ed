"""Digests that nothing is to be sent of any more are kept together, compressed."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "digest_packs",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
    )
    # No foreign key: SQLite could only add one by writing the whole table anew, which is the largest of the store.
    op.add_column("digests", sa.Column("pack", sa.BigInteger()))
    op.create_index(op.f("ix_digests_pack"), "digests", ["pack"])


def downgrade() -> None:
    op.drop_index("ix_digests_pack", "digests")
    op.drop_column("digests", "pack")
    op.drop_table("digest_packs")
