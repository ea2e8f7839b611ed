"""What an alert is about, in columns of its own; which articles name an edition of a series."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

_AT_ONCE = 5000
_EDITIONS = sa.text("story_id IS NOT NULL AND duplicate_of IS NULL AND names_edition")
_EDITIONS_SQLITE = sa.text("story_id IS NOT NULL AND duplicate_of IS NULL AND names_edition = 1")
_STAGES = (
    "proposed",
    "planned",
    "approved",
    "signed",
    "under construction",
    "launched",
    "operating",
    "expanded",
    "closed",
)


def upgrade() -> None:
    op.add_column("alerts", sa.Column("subject", sa.String(), nullable=False, server_default=""))
    op.add_column("alerts", sa.Column("stage", sa.String()))
    op.add_column("alerts", sa.Column("version", sa.Integer()))
    _fill_keys()
    op.create_index(op.f("ix_alerts_subject"), "alerts", ["subject"])
    op.add_column(
        "articles", sa.Column("names_edition", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.execute("""UPDATE articles SET names_edition = true WHERE CAST(features AS TEXT) LIKE '%"e:%'""")
    # A scan by day passes over the many articles that name none.
    op.create_index(
        "ix_articles_editions_when",
        "articles",
        ["when"],
        sqlite_where=_EDITIONS_SQLITE,
        postgresql_where=_EDITIONS,
    )


def _fill_keys() -> None:
    """Take ``about`` apart: base:KEY, base:KEY:STAGE, story:ID, article:ID, correction:ID:VERSION, old:ID."""
    connection = op.get_bind()
    alerts = sa.table(
        "alerts", *(sa.column(n) for n in ("id", "about", "kind", "subject", "stage", "version"))
    )
    fill = alerts.update().where(alerts.c.id == sa.bindparam("of"))
    fill = fill.values(
        subject=sa.bindparam("to_subject"), stage=sa.bindparam("to_stage"), version=sa.bindparam("to_version")
    )
    last = -1
    while True:
        after = sa.select(alerts.c.id, alerts.c.about, alerts.c.kind).where(alerts.c.id > last)
        rows = connection.execute(after.order_by(alerts.c.id).limit(_AT_ONCE)).all()
        if not rows:
            return
        connection.execute(fill, [_parts(row.id, row.about, row.kind) for row in rows])
        last = rows[-1].id


def _parts(number: int, about: str, kind: str) -> dict[str, object]:
    subject, stage, version = about.partition(":")[2], None, None
    head, mark, tail = subject.rpartition(":")
    if kind == "update" and mark and tail in _STAGES:
        subject, stage = head, tail
    elif kind == "correction" and mark and tail.isdecimal():
        subject, version = head, int(tail)
    return {"of": number, "to_subject": subject, "to_stage": stage, "to_version": version}


def downgrade() -> None:
    op.drop_index("ix_articles_editions_when", "articles")
    op.drop_column("articles", "names_edition")
    op.drop_index(op.f("ix_alerts_subject"), "alerts")
    op.drop_column("alerts", "version")
    op.drop_column("alerts", "stage")
    op.drop_column("alerts", "subject")
