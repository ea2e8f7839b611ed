"""One-time links to the console, and which codes of the second factor were used already."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "sign_in_links",
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "used_codes",
        sa.Column("operator", sa.String(), primary_key=True),
        sa.Column("step", sa.BigInteger(), primary_key=True, autoincrement=False),
    )
    # Whatever was used last must not work once more.
    op.execute(
        "INSERT INTO used_codes (operator, step) SELECT name, last_code FROM operators WHERE last_code IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_table("used_codes")
    op.drop_table("sign_in_links")
