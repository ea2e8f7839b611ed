"""What a report calls a base in English, beside its name in the report's own language."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.add_column("base_articles", sa.Column("name_en", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("base_articles", "name_en")
