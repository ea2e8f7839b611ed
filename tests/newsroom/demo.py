"""``make demo``: three days of the simulated news web, from its feeds to digests in ./demo."""

from __future__ import annotations

import asyncio
import logging
import shutil
import sys
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from sqlalchemy import Connection, func, select

from alerts.delivery.dispatch import dispatch
from alerts.digests.build import outlet_of
from alerts.digests.wording import words
from alerts.subscriptions.subscriptions import register
from crawler.commands.context import open_store, out, print_table
from crawler.config import load
from crawler.config.settings import Settings
from crawler.crawl import crawl
from crawler.judging.judge import Judge
from crawler.model import CrawlReport
from crawler.net.reactor import running_reactor
from crawler.store import Store, assist, bases, overview, stories
from crawler.store.schema import alerts, articles, entries
from crawler.store.schema import stories as story_table
from tests.newsroom.configuration import watching
from tests.newsroom.web import Newsroom

if TYPE_CHECKING:
    from alerts.assist.filling import Filler

FOLDER = Path("demo")
BEFORE = datetime(2025, 11, 27, 18, tzinfo=UTC)
START, END, STEP = (
    datetime(2025, 11, 28, tzinfo=UTC),
    datetime(2025, 11, 30, 21, tzinfo=UTC),
    timedelta(hours=3),
)
SUBSCRIPTIONS = [
    {
        "name": "asean-desk", "channel": "folder", "when": "daily 20:00", "timezone": "Asia/Jakarta",
        "topics": ["demonstration_base", "trade_investment", "infrastructure_transport", "digital_ai_science", "green_energy"],
    },
    {"name": "mekong-desk", "channel": "folder", "when": "instant", "countries": ["KH", "LA", "MM", "TH", "VN"]},
]  # fmt: skip


class Clock:
    """The simulated time, which the news web and the crawler use as now."""

    def __init__(self, room: Newsroom) -> None:
        self.room = room

    def __call__(self) -> datetime:
        return self.room.now


async def three_days(settings: Settings, store: Store, room: Newsroom) -> list[tuple[datetime, CrawlReport]]:
    """Crawl before the subscriptions begin, then every three hours; send what is due each time, as far as assistants have come."""
    assistants = _filler(settings, store, Clock(room)) if settings.assist.enabled else None
    judge, clock, reports = Judge(settings.rules()), Clock(room), []
    moments = [BEFORE] + [START + STEP * i for i in range((END - START) // STEP + 1)]
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[news]}"),
    )
    progress = Progress(*columns, console=out, transient=True)
    async with running_reactor():
        with progress if out.is_terminal else nullcontext():
            task = progress.add_task("Crawling", total=len(moments), news="")
            for moment in moments:
                room.now = moment
                if moment == START:
                    with store.write() as connection:
                        register(connection, settings, moment)
                report = (await crawl(settings, store, judge, settings.sources, clock=clock)).report
                if assistants is not None:
                    # In a thread, as in the service; the demo's clock stands still meanwhile.
                    await asyncio.to_thread(assistants.fill)
                done = [dispatch(store, settings, moment + timedelta(hours=h)) for h in range(3)]
                reports.append((moment, report))
                progress.update(
                    task, advance=1, news=f"{moment:%d %b %Y %H:%M}, {report.articles} new articles"
                )
                _step(moment, report, sum(d.alerts for d in done), sum(d.digests for d in done))
    return reports


def _filler(settings: Settings, store: Store, clock: Clock) -> Filler:
    # Only with the flag: without an assistant nothing of them is loaded.
    from alerts.assist.filling import Filler
    from crawler.assist.assistants import Assistants

    return Filler(settings, store, Assistants(settings), clock)


def _step(moment: datetime, report: CrawlReport, raised: int, made: int) -> None:
    _say(
        f"{moment:%d %b %Y %H:%M}  sources: {report.ok:2} ok, {report.unchanged:2} unchanged, {len(report.failures)} failed;"
        f" articles: {report.articles:2} new, {report.relevant:2} relevant, {report.duplicates} duplicates;"
        f" alerts: {raised}; digests: {made}"
    )


def _say(line: str) -> None:
    out.print(line, markup=False, soft_wrap=True)


def tell(store: Store, reports: list[tuple[datetime, CrawlReport]], folder: Path) -> None:
    """The table of what is new, the sources that failed, the new-base alerts with their reports, and the counts."""
    with store.read() as connection:
        new = sorted(overview.find(connection, since=START), key=lambda s: -s["reports"])
        columns = ("first seen", "title", "reports", "languages", "outlets")
        out.print()
        print_table("What is new", columns, [[s[c.replace(" ", "_")] for c in columns] for s in new])
        _say("\nSources with a problem, while the others went on:")
        for source, message in {
            f.source: f.message for _, r in reports for f in (*r.failures, *r.notes)
        }.items():
            _say(f"  {source}: {message}")
        raised = connection.execute(select(alerts).order_by(alerts.c.id)).all()
        of_bases: dict[int, list[Any]] = {}
        for alert in raised:
            if alert.kind == "new_base":
                of_bases.setdefault(alert.story_id, []).append(alert)
        for of_base in of_bases.values():
            _tell_base(connection, of_base)
        counts = {
            "items": connection.scalar(select(func.count()).select_from(entries)),
            "articles": connection.scalar(select(func.count()).select_from(articles)),
            "duplicates": connection.scalar(select(func.count()).where(articles.c.duplicate_of.is_not(None))),
            "stories": connection.scalar(select(func.count()).select_from(story_table)),
            "alerts": len(raised),
        }
    _say(
        f"\n{len(list(folder.glob('*.eml')))} digests lie in {folder}/: .eml for a mail program, .html for a browser."
    )
    _say(f"In the terminal: .venv/bin/aseanwatch stories list --config {folder}/config.yaml")
    # The news is of 2025: by today's clock all of it would be old, and every source late.
    _say(f"In the browser:  .venv/bin/aseanwatch web --at {END:%Y-%m-%dT%H:%M} --config {folder}/config.yaml")
    counted = ", ".join(f"{n} {what}" for what, n in counts.items())
    _say(f"{counted}, {len(of_bases)} new base{'' if len(of_bases) == 1 else 's'}")


def _tell_base(connection: Connection, of_base: list[Any]) -> None:
    """The alerts of a new base, one for each subscription: the base, its cities, and every report of its story with its language."""
    alert, subscriptions = of_base[0], " and ".join(a.subscription for a in of_base)
    base = bases.find(connection, [alert.story_id])[0]
    members = stories.members(connection, [alert.story_id])[alert.story_id]
    languages = set(r.lang for r in members)
    _say(
        f"\nNew base, one alert{' each' if len(of_base) > 1 else ''} for {subscriptions}, raised {alert.at:%d %b %Y %H:%M}: {base['name']}"
    )
    _say(f"  {base['status']}, {base['date']}, in {', '.join(base['cities'])}")
    copies = sum(row.duplicate_of is not None for row in members)
    counted = words("en").reports_in_languages(len(members) - copies, len(languages), copies)
    _say(f"  {counted} (times in UTC):")
    for row in members:
        copy = ", a copy" if row.duplicate_of else ""
        _say(
            f"    {row.when:%d %b %Y %H:%M}  {words('en').language_name(row.lang)}: {row.title} ({outlet_of(row)}{copy})"
        )


def tell_assistant(store: Store) -> None:
    """What the sample assistant was asked and answered."""
    with store.read() as connection:
        found = {(task, outcome): n for task, outcome, n in assist.counts(connection)}
        sent = assist.usage_since(connection)
    counted = ", ".join(f"{n} {task} {outcome}" for (task, outcome), n in found.items())
    _say(f"The sample assistant, a phrase book and no model: {sent.requests} requests; answers: {counted}")


def main(folder: Path = FOLDER, *, with_assistant: bool = False) -> None:
    """Run the demo in ``folder``, which is emptied first; with the packaged sample assistant where that is wanted."""
    logging.getLogger("scrapy").setLevel(logging.CRITICAL)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with Newsroom(BEFORE) as room:
        settings = load(
            str(
                watching(
                    room,
                    folder,
                    broken=True,
                    is_whole=True,
                    subscriptions=SUBSCRIPTIONS,
                    alerts={"fresh": "7d"},
                    **({"assist": {"kind": "demo"}} if with_assistant else {}),
                )
            )
        )
        _say(f"The news web is at {room.address('/')}, watched by {len(settings.sources)} sources.")
        store = open_store(settings)
        reports = asyncio.run(three_days(settings, store, room))
        tell(store, reports, folder)
        if with_assistant:
            tell_assistant(store)
        store.close()


if __name__ == "__main__":
    main(with_assistant="--assist" in sys.argv[1:])
