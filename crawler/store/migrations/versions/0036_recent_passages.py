"""Passages of the latest articles stand beside their index until many of them enter it together."""

from struct import iter_unpack

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    op.create_table(
        "recent_passages",
        sa.Column(
            "article_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_recent_passages_article_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_recent_passages")),
    )


def downgrade() -> None:
    # What stands only here would be lost to the index, and with it the copies of the latest articles.
    connection = op.get_bind()
    held = connection.execute(sa.text("SELECT article_id, hashes FROM recent_passages")).all()
    enter = sa.text(
        "INSERT INTO fingerprints (hash, article_id) VALUES (:hash, :article) ON CONFLICT DO NOTHING"
    )
    rows = [
        {"hash": number, "article": article}
        for article, packed in held
        for (number,) in iter_unpack("<I", packed)
    ]
    if rows:
        connection.execute(enter, rows)
    op.execute("DELETE FROM marks WHERE name LIKE '%passage%the index'")
    op.drop_table("recent_passages")
