"""``why``: the trail of decisions that ended in an alert or in silence."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from alerts.analysis.why import trail
from crawler.analysis.history import article_of
from crawler.commands.context import ConfigOption, JsonOption, in_utc, open_existing, out, print_json
from crawler.commands.explaining import clause_summary, clauses_of
from crawler.config.settings import Settings
from crawler.judging.judge import Judge
from crawler.model import Article, AseanwatchError
from crawler.store.articles import Filter, find

AS_BEST = ", the best of all: none reached its threshold"


def why_command(
    what: Annotated[str, typer.Argument(help="A story's id, or article:ID.")],
    subscription: Annotated[str | None, typer.Option(help="Only this subscription.")] = None,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Why somebody was told, or not: seen where and when, a copy of what, topics, story, register, alerts or silence."""
    kind, _, number = what.rpartition(":")
    if kind not in ("", "story", "article") or not number.isdigit():
        raise AseanwatchError(f"{what!r} is neither a story's id nor article:ID")
    settings, store = open_existing(config)
    asked = int(number)
    with store.read() as connection:
        story, article = (None, asked) if kind == "article" else (asked, None)
        found = trail(connection, settings, story, article, subscription)
        stored = find(connection, Filter(ids=[r["id"] for r in found["reports"] if r["relevant"]]))
    _add_clauses(found["reports"], [(row.id, article_of(row)) for row in stored], settings)
    if json:
        print_json(_plain(found))
        return
    for report in found["reports"]:
        _print_report(report, in_story=found["story"] is not None)
    for change in found["history"]:
        out.print(
            f"{in_utc(change['at'])} {change['kind']} by {change['actor']}: {change['other_id']} / {change['story_id']}",
            markup=False,
        )
    for base in found["bases"]:
        out.print(
            f"register: {base['key']} {base['name']} ({base['status']}), {', '.join(base['cities']) or 'no city named'}",
            markup=False,
        )
    for one in found["subscriptions"]:
        for alert in one["alerts"]:
            status = f"in digest {alert['digest']}" if alert["digest"] else "waiting for its digest"
            out.print(
                f"{one['name']}: {alert['kind']} alert {alert['about']} at {in_utc(alert['at'])}, {status}",
                markup=False,
            )
        if one["silence"]:
            out.print(f"{one['name']}: silence: {one['silence']}", markup=False, soft_wrap=True)


def _plain(found: dict[str, Any]) -> dict[str, Any]:
    reports = [
        {**r, "doubt": asdict(r["doubt"])} if "doubt" in r else r
        for r in found["reports"]
    ]  # fmt: skip
    return {**found, "reports": reports}


def _dated(seen: dict[str, Any]) -> str:
    """When an item of a source was published, or when it is assumed to have been, and by what."""
    if seen["published"]:
        return f"dated {in_utc(seen['published'])} by {seen['source']}, {seen['date_basis']}"
    if seen["assumed"]:
        return f"assumed of {in_utc(seen['assumed'])} in {seen['source']}, {seen['date_basis']}"
    return f"not dated by {seen['source']}: {seen['date_basis']}"


def _add_clauses(
    reports: list[dict[str, Any]], articles: list[tuple[int, Article]], settings: Settings
) -> None:
    """Add to each of some articles the clause that speaks most surely of a new base, as the present configuration reads it."""
    if not articles:
        return
    judge = Judge(settings.rules())
    clauses = {number: clauses_of(judge.explain(article))[:1] for number, article in articles}
    for report in reports:
        if report["id"] in clauses:
            report["clauses"] = clauses[report["id"]]


def _print_report(report: dict[str, Any], *, in_story: bool) -> None:
    """One article's part of the trail."""
    out.print(
        f"article {report['id']} ({report['lang']}): {report['title']}",
        markup=False,
        style="bold",
        soft_wrap=True,
    )
    lines = [f"seen in {s['source']} at {in_utc(s['at'])}: {s['url']}" for s in report["seen"]]
    lines += [_dated(s) for s in report["seen"] if s["date_basis"]]
    if report["credit"]:
        lines.append(f"credits {report['credit']}")
    if report["duplicate_of"]:
        lines.append(f"a copy of article {report['duplicate_of']}: {report['duplicate_why']}")
    reasons = ", ".join(f"{what} {weight:+g}" for what, weight in report["reasons"])
    lines.append(f"{'relevant' if report['relevant'] else 'not relevant'} ({report['score']}): {reasons}")
    lines += [
        f"topic {t['name']} ({t['score']}{AS_BEST if t['as_best'] else ''}): {', '.join(t['terms'])}"
        for t in report["topics"]
    ]
    for clause in report.get("clauses", ()):
        features = ", ".join(f"{what} {weight:+g}" for what, weight in clause["reasons"].items())
        lines.append(f"{clause_summary(clause)} ({features})")
    if "doubt" in report:
        lines.append("; ".join(map(str, report["doubt"].phrases())))
    joined = report["joined"]
    if joined and joined.get("shared"):
        lines.append(
            f"joined like article {joined['like']} with probability {joined['score']}: {', '.join(joined['shared'])}"
        )
    elif in_story and not joined:
        lines.append("began its story")
    if report["version"] > 1:
        lines.append(f"was edited: version {report['version']} (aseanwatch articles diff {report['id']})")
    for line in lines:
        out.print(f"  {line}", markup=False, soft_wrap=True)
