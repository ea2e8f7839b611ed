"""News archives that are imported, and what came of them."""

import sqlalchemy as sa
from alembic import op

from crawler.store.schema import Utc

revision = "0027"
down_revision = "0026"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "imports",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("started", Utc(), nullable=False),
        sa.Column("changed", Utc(), nullable=False),
        sa.Column("ended", Utc()),
        sa.UniqueConstraint("key", name=op.f("uq_imports_key")),
    )
    op.create_table(
        "staged_articles",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("import_id", NUMBER, sa.ForeignKey("imports.id", ondelete="CASCADE"), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("when", Utc(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("article", sa.JSON(), nullable=False),
    )
    op.create_index(op.f("ix_staged_articles_import_id"), "staged_articles", ["import_id"])
    op.create_index("ix_staged_articles_order", "staged_articles", ["when", "key"])
    op.create_table(
        "imported_articles",
        sa.Column(
            "article_id",
            NUMBER,
            sa.ForeignKey("articles.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
    )
    op.create_index(op.f("ix_imported_articles_at"), "imported_articles", ["at"])


def downgrade() -> None:
    op.drop_table("imported_articles")
    op.drop_table("staged_articles")
    op.drop_table("imports")
