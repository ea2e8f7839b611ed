"""``topics backtest``: what a change of keywords would add and lose on the stored history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from alerts.analysis.backtest import AlertChange, AlertChanges, compare_alerts
from alerts.operations.objections import pinned_lost
from alerts.subscriptions import subscriptions
from crawler.analysis.backtest import TopicChange, compare, trials_of
from crawler.analysis.history import PastArticle, past_articles
from crawler.commands.context import (
    FAILURES,
    ConfigOption,
    JsonOption,
    LimitOption,
    SinceOption,
    err,
    moment_since,
    open_existing,
    out,
    print_json,
    print_table,
    working,
)
from crawler.config import load
from crawler.judging.judge import Judge
from crawler.runtime.clock import now


def backtest_command(
    against: Annotated[Path, typer.Option(help="The changed configuration.")],
    since: SinceOption = "90d",
    fail_on_lost: Annotated[
        bool,
        typer.Option("--fail-on-lost", help="Status 1 when a pinned story is lost, or nothing was judged."),
    ] = False,
    limit: LimitOption = 10,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Judge the stored history by both configurations: articles, events and alerts gained and lost."""
    old, store = open_existing(config)
    new = load(against)
    start = moment_since(since, now())
    judges = Judge(old.rules()), Judge(new.rules())
    with working("Judging the stored history by both configurations …"), store.read() as connection:
        trials = list(trials_of(past_articles(connection, start), *judges))
        pinned = pinned_lost(connection, *judges)  # however long ago they were
        added = [k.subscription for k in subscriptions.load_subscriptions(connection, old) if k.added]
    changes = compare(trials, list(dict.fromkeys((*old.topics, *new.topics))))
    alerts = compare_alerts(trials, old, new, added)
    days = _days([t.past for t in trials], start)
    if json:
        print_json({"articles": len(trials)} | _plain(changes, alerts, pinned, days))
    else:
        _show(changes, alerts, pinned, days, limit, len(trials))
    if not trials:
        err.print("No stored article is from that time: this proves nothing.")
    if fail_on_lost and (pinned or not trials):
        raise typer.Exit(FAILURES)


def _days(history: Sequence[PastArticle], start: datetime | None) -> float:
    """How many days the history spans, at least one: volume is told by the day."""
    moments = [p.article.first_seen for p in history]
    return (
        max(1.0, (max(moments) - max(start or min(moments), min(moments))).total_seconds() / 86400)
        if moments
        else 1.0
    )


def _show(
    changes: Sequence[TopicChange],
    alerts: AlertChanges,
    pinned: dict[int, str],
    days: float,
    limit: int,
    articles: int,
) -> None:
    rows = [
        (c.topic, f"{c.before / days:.1f}", f"{c.after / days:.1f}", len(c.gained), len(c.lost), len(c.events_gained), len(c.events_lost))
        for c in changes
    ]  # fmt: skip
    columns = ("topic", "a day now", "a day then", "+articles", "-articles", "+events", "-events")
    print_table(f"{articles} stored articles of {days:.0f} days", columns, rows)
    for change in changes:
        _titles(f"{change.topic}: events gained", change.events_gained, limit)
        _titles(f"{change.topic}: events lost", change.events_lost, limit)
        kept = {p.event for p in (*change.events_gained, *change.events_lost)}
        _titles(
            f"{change.topic}: more reports of events it has",
            [p for p in change.gained if p.event not in kept],
            limit,
        )
        _titles(
            f"{change.topic}: fewer reports of events it keeps",
            [p for p in change.lost if p.event not in kept],
            limit,
        )
    _alert_lines("would be sent now", alerts.gained, limit)
    _alert_lines("would not be sent any more", alerts.lost, limit)
    out.print(
        f"Alerts: {alerts.before} now, {alerts.after} then; {len(alerts.gained)} gained, {len(alerts.lost)} lost."
    )
    for story, note in pinned.items():
        out.print(f"Pinned story {story} would be lost{f': {note}' if note else ''}", markup=False)


def _titles(heading: str, found: Sequence[PastArticle], limit: int) -> None:
    if not found:
        return
    out.print(f"\n{heading} ({len(found)})", markup=False)
    for past in found[:limit]:
        out.print(f"  {_line(past)}", markup=False, soft_wrap=True)
    if len(found) > limit:
        out.print(f"  … and {len(found) - limit} more")


def _line(past: PastArticle) -> str:
    article = past.article
    return f"{article.when:%Y-%m-%d} {article.lang_hint or '':3} {article.title or article.text[:80]} ({article.source}, {past.id})"


def _alert_lines(what: str, found: Sequence[AlertChange], limit: int) -> None:
    if found:
        out.print(f"\nAlerts that {what} ({len(found)})", markup=False)
    for change in found[:limit]:
        out.print(
            f"  {change.subscription}, {change.kind}: {_line(change.past)}", markup=False, soft_wrap=True
        )


def _plain(
    changes: Sequence[TopicChange], alerts: AlertChanges, pinned: dict[int, str], days: float
) -> dict[str, Any]:
    def article(past: PastArticle) -> dict[str, Any]:
        return {
            "id": past.id,
            "event": past.event,
            "title": past.article.title,
            "lang": past.article.lang_hint,
            "url": past.article.url,
        }

    def alert(change: AlertChange) -> dict[str, Any]:
        return {"subscription": change.subscription, "kind": change.kind, "article": article(change.past)}

    return {
        "days": round(days, 1),
        "topics": [
            {
                "name": c.topic, "articles_before": c.before, "articles_after": c.after,
                "a_day_before": round(c.before / days, 2), "a_day_after": round(c.after / days, 2),
                "articles_gained": [article(p) for p in c.gained], "articles_lost": [article(p) for p in c.lost],
                "events_gained": [article(p) for p in c.events_gained], "events_lost": [article(p) for p in c.events_lost],
            }
            for c in changes
        ],
        "alerts": {
            "before": alerts.before, "after": alerts.after,
            "gained": [alert(a) for a in alerts.gained], "lost": [alert(a) for a in alerts.lost],
        },
        "pinned_lost": [{"story": story, "note": note} for story, note in pinned.items()],
    }  # fmt: skip
