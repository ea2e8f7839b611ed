"""What outlets print again and again, and the articles of which an operator said that they are no copies."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

NOW = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "boilerplate",
        sa.Column("hash", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("outlet", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("at", NOW, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_boilerplate_at"), "boilerplate", ["at"])
    op.create_table(
        "no_copies",
        sa.Column(
            "article_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.ForeignKey("articles.id", name=op.f("fk_no_copies_article_id_articles"), ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("original", sa.BigInteger(), nullable=False),
        sa.Column("at", NOW, nullable=False),
    )
    op.create_index(op.f("ix_no_copies_at"), "no_copies", ["at"])


def downgrade() -> None:
    op.drop_table("no_copies")
    op.drop_table("boilerplate")
