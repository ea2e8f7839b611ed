"""Where what a report calls a base comes from: its own words, a translation made of parts, or a description."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    for column in ("name_origin", "name_en_origin"):
        op.add_column("base_articles", sa.Column(column, sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    for column in ("name_en_origin", "name_origin"):
        op.drop_column("base_articles", column)
