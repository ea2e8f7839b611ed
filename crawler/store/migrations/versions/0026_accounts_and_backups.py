"""Accounts of the organisation beside local operators, owners of API tokens, and what is known of backups and restores."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

MOMENT = sa.DateTime(timezone=True)
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COLUMNS: dict[str, dict[str, Any]] = {
    "operators": {
        "issuer": sa.String(), "subject": sa.String(), "mail": sa.String(), "confirmed": MOMENT, "disabled": MOMENT,
    },
    "console_sessions": {"ends": MOMENT, "provider_session": sa.String(), "id_token": sa.Text()},
    "api_tokens": {"owner": sa.String()},
}  # fmt: skip


def upgrade() -> None:
    for table, columns in COLUMNS.items():
        for name, kind in columns.items():
            op.add_column(table, sa.Column(name, kind))
    op.create_index("operators_account", "operators", ["issuer", "subject"], unique=True)
    op.create_table(
        "backups",
        sa.Column("id", ID, primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("bytes", sa.BigInteger()),
        sa.Column("problem", sa.Text()),
    )
    op.create_table(
        "restores",
        sa.Column("id", ID, primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("taken", MOMENT, nullable=False),
        sa.Column("covered_until", MOMENT, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("restores")
    op.drop_table("backups")
    op.drop_index("operators_account", "operators")
    for table, columns in reversed(COLUMNS.items()):
        for name in reversed(columns):
            op.drop_column(table, name)
