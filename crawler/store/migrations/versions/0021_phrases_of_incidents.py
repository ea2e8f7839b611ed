"""The parts of the message of an incident, by which it can be said in other languages."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.add_column("incidents", sa.Column("phrase", sa.JSON()))


def downgrade() -> None:
    op.drop_column("incidents", "phrase")
