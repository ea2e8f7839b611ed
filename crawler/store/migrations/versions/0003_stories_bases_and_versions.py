"""Stories that merge and split with their history, the register's facts and corrections, versions of articles.

Columns are added and dropped in place: to make a table anew, as SQLite needs for other changes, would delete what refers to it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NOW = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("stories", sa.Column("split_from", sa.BigInteger()))
    op.create_table(
        "story_changes",
        sa.Column("id", ID, primary_key=True),
        sa.Column("at", NOW, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("story_id", sa.BigInteger(), nullable=False, index=True),
        sa.Column("other_id", sa.BigInteger(), nullable=False, index=True),
        sa.Column("articles", sa.JSON(), nullable=False),
        sa.Column("why", sa.JSON()),
        sa.Column("actor", sa.String(), nullable=False),
    )
    op.create_table(
        "rulings",
        sa.Column("one", sa.BigInteger(), nullable=False),
        sa.Column("other", sa.BigInteger(), nullable=False),
        sa.Column("together", sa.Boolean(), nullable=False),
        sa.Column("at", NOW, nullable=False),
        sa.PrimaryKeyConstraint("one", "other", name=op.f("pk_rulings")),
    )
    op.add_column("articles", sa.Column("credit", sa.String()))
    op.add_column("articles", sa.Column("retracts", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("articles", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("articles", sa.Column("next_check", NOW))
    op.create_index(op.f("ix_articles_next_check"), "articles", ["next_check"])
    op.create_table(
        "article_versions",
        sa.Column(
            "article_id",
            ID,
            sa.ForeignKey(
                "articles.id", name=op.f("fk_article_versions_article_id_articles"), ondelete="CASCADE"
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("until", NOW, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("change", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("article_id", "version", name=op.f("pk_article_versions")),
    )
    op.add_column("base_articles", sa.Column("kind", sa.String(), nullable=False, server_default="base"))
    op.add_column("base_articles", sa.Column("countries", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("base_articles", sa.Column("partners", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("base_articles", sa.Column("figures", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column(
        "base_articles", sa.Column("is_new", sa.Boolean(), nullable=False, server_default=sa.true())
    )
    op.add_column(
        "base_articles", sa.Column("pinned", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_index(op.f("ix_base_articles_article_id"), "base_articles", ["article_id"])
    op.create_table(
        "base_aliases",
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column(
            "base_id",
            ID,
            sa.ForeignKey("bases.id", name=op.f("fk_base_aliases_base_id_bases"), ondelete="CASCADE"),
            nullable=False,
        ),
    )
    op.create_table(
        "base_names",
        sa.Column(
            "base_id",
            ID,
            sa.ForeignKey("bases.id", name=op.f("fk_base_names_base_id_bases"), ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", NOW, nullable=False),
        sa.PrimaryKeyConstraint("base_id", "lang", name=op.f("pk_base_names")),
    )
    op.create_table(
        "base_changes",
        sa.Column("id", ID, primary_key=True),
        sa.Column("at", NOW, nullable=False),
        sa.Column("base_id", sa.BigInteger(), nullable=False, index=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
    )
    op.add_column("alerts", sa.Column("detail", sa.JSON()))


def downgrade() -> None:
    op.drop_column("alerts", "detail")
    for name in (
        "base_changes",
        "base_names",
        "base_aliases",
        "article_versions",
        "rulings",
        "story_changes",
    ):
        op.drop_table(name)
    op.drop_index(op.f("ix_base_articles_article_id"), "base_articles")
    for name in ("kind", "countries", "partners", "figures", "is_new", "pinned"):
        op.drop_column("base_articles", name)
    op.drop_index(op.f("ix_articles_next_check"), "articles")
    for name in ("credit", "retracts", "version", "next_check"):
        op.drop_column("articles", name)
    op.drop_column("stories", "split_from")
