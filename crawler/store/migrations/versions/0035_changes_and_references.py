"""What is looked for is found however much there is: changes of subscriptions, edits, and the rows that refer to an article or base.

Each change of a subscription is noted by the database itself, whoever makes it, so that only what has changed is read again.
Without an index to the rows that refer to it, each row that is deleted has the whole table looked through.
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"

KEPT = 1000
"""Changes that are kept; who has not looked for longer reads all subscriptions."""
WRITER = 3999886193
"""The writer's lock of `crawler.store.database`: whoever holds it, and that is nearly everybody, waits for nobody."""

SQLITE_TOKEN = "lower(hex(randomblob(8)))"
POSTGRESQL_TOKEN = "left(md5(random()::text || clock_timestamp()::text), 16)"

POSTGRESQL = f"""
CREATE FUNCTION note_subscription_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE latest bigint;
BEGIN
  -- One after another, so that a lower number never becomes visible later than a higher one.
  PERFORM pg_advisory_xact_lock({WRITER});
  IF TG_OP <> 'INSERT' THEN
    INSERT INTO subscription_changes (name, token) VALUES (OLD.name, {POSTGRESQL_TOKEN}) RETURNING number INTO latest;
  END IF;
  IF TG_OP = 'INSERT' OR (TG_OP = 'UPDATE' AND OLD.name <> NEW.name) THEN
    INSERT INTO subscription_changes (name, token) VALUES (NEW.name, {POSTGRESQL_TOKEN}) RETURNING number INTO latest;
  END IF;
  -- Bounded below, too: what was deleted before is not passed again by each row of a long transaction.
  DELETE FROM subscription_changes WHERE number <= latest - {KEPT} AND number > latest - {2 * KEPT};
  RETURN NULL;
END $$
"""


INDEXES = {"fingerprints": "article_id", "base_aliases": "base_id", "article_versions": "until"}
COPY, REPORT = sa.text("duplicate_of IS NOT NULL"), sa.text("story_id IS NOT NULL")
OF_ARTICLES = {
    "ix_articles_duplicate_of": (["duplicate_of"], COPY),
    "ix_articles_story_reports": (
        ["story_id", "duplicate_of", "lang", "source", "retracts", "version", "when", "first_seen"], REPORT
    ),
}  # fmt: skip


def upgrade() -> None:
    for table, column in INDEXES.items():
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    for name, (columns, where) in OF_ARTICLES.items():
        op.create_index(name, "articles", columns, sqlite_where=where, postgresql_where=where)
    op.create_table(
        "subscription_changes",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_subscription_changes")),
    )
    if op.get_bind().dialect.name != "sqlite":
        op.execute(POSTGRESQL)
        op.execute(
            "CREATE TRIGGER subscription_changed AFTER INSERT OR UPDATE OR DELETE ON subscriptions"
            " FOR EACH ROW EXECUTE FUNCTION note_subscription_change()"
        )
        op.execute(f"INSERT INTO subscription_changes (name, token) VALUES ('', {POSTGRESQL_TOKEN})")
        return
    for event, names in (("INSERT", ["NEW"]), ("UPDATE", ["OLD", "NEW"]), ("DELETE", ["OLD"])):
        noted = "; ".join(
            f"INSERT INTO subscription_changes (name, token) VALUES ({of}.name, {SQLITE_TOKEN})"
            for of in names
        )
        op.execute(
            f"CREATE TRIGGER subscription_changed_{event.lower()} AFTER {event} ON subscriptions BEGIN {noted};"
            f" DELETE FROM subscription_changes WHERE number <= (SELECT max(number) FROM subscription_changes) - {KEPT}; END"
        )
    op.execute(f"INSERT INTO subscription_changes (name, token) VALUES ('', {SQLITE_TOKEN})")


def downgrade() -> None:
    for table, column in INDEXES.items():
        op.drop_index(op.f(f"ix_{table}_{column}"), table)
    for name in OF_ARTICLES:
        op.drop_index(name, "articles")
    if op.get_bind().dialect.name == "sqlite":
        for event in ("insert", "update", "delete"):
            op.execute(f"DROP TRIGGER subscription_changed_{event}")
    else:
        op.execute("DROP TRIGGER subscription_changed ON subscriptions")
        op.execute("DROP FUNCTION note_subscription_change()")
    op.drop_table("subscription_changes")
