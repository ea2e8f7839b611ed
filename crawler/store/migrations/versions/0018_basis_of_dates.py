"""How the date of an entry was read, and why it may be another one."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.add_column("entries", sa.Column("date_basis", sa.String()))


def downgrade() -> None:
    op.drop_column("entries", "date_basis")
