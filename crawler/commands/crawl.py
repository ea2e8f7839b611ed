"""``crawl``: poll sources once, store and judge what is new, show it and write it to a file."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from crawler.clock import now
from crawler.commands.context import (
    FAILURES,
    ConfigOption,
    JsonOption,
    SinceOption,
    err,
    moment_since,
    open_store,
    out,
    print_json,
    print_table,
)  # fmt: skip
from crawler.config import load
from crawler.config.settings import Settings, Source
from crawler.exporting import FORMATS, article_rows, write_rows
from crawler.model import CrawlReport
from crawler.reading.urls import host_of, is_web_url
from crawler.store import Store
from crawler.store.articles import Filter, find, topics_of

if TYPE_CHECKING:
    from crawler.intake import Intake

MOST_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Hooks:
    """What a larger program does around a crawl; ``finished`` gives how many alerts were raised."""

    started: Callable[[Settings, Store], None] = lambda *_: None
    finished: Callable[[Settings, Store], int] = lambda *_: 0


def crawl_command(hooks: Hooks) -> Callable[..., None]:
    """The command, with what is done around the crawl."""

    def command(
        source: Annotated[list[str] | None, typer.Option("--source", help="Only this source; may be repeated.")] = None,
        url: Annotated[list[str] | None, typer.Option("--url", help="This address instead: a feed, a sitemap or a page.")] = None,
        since: SinceOption = None,
        output: Annotated[Path | None, typer.Option("--output", help="Write the new articles: .jsonl, .csv or .xlsx.")] = None,
        no_pages: Annotated[bool, typer.Option("--no-pages", help="Judge by the feeds alone.")] = False,
        config: ConfigOption = None,
        json: JsonOption = False,
    ) -> None:
        """Poll the sources once: stores and shows what is new."""
        settings = load(config)
        if output is not None and output.suffix not in FORMATS:
            raise typer.BadParameter(f"{output.suffix or output.name!r}; allowed: {', '.join(FORMATS)}", param_hint="--output")
        sources = [*map(_adhoc, url or ())] if url else _chosen(settings, source)
        if no_pages:
            sources = [s.model_copy(update={"pages": "never"}) for s in sources]
        store = open_store(settings)
        hooks.started(settings, store)
        limit = moment_since(since, now())
        intake = asyncio.run(_crawl(settings, store, sources, limit, quiet=json))
        intake.report.alerts = hooks.finished(settings, store)
        _tell(store, intake, output, as_json=json)
        if intake.report.failures:
            raise typer.Exit(FAILURES)

    return command


def _adhoc(url: str) -> Source:
    if not is_web_url(url):
        raise typer.BadParameter(f"{url!r} is no http or https address", param_hint="--url")
    return Source.model_construct(name=host_of(url), url=url, kind="any", pages="always")


def _chosen(settings: Settings, names: Sequence[str] | None) -> list[Source]:
    known = {s.name: s for s in settings.sources}
    unknown = [n for n in names or () if n not in known]
    if unknown:
        raise typer.BadParameter(f"no source is named {', '.join(unknown)}", param_hint="--source")
    return [known[n] for n in names] if names else [s for s in settings.sources if s.enabled]


async def _crawl(
    settings: Settings,
    store: Store,
    sources: Sequence[Source],
    since: datetime | None,
    *,
    quiet: bool,
) -> Intake:
    from crawler.crawl import crawl  # noqa: PLC0415 - half a second that only commands that crawl need
    from crawler.net.reactor import running_reactor  # noqa: PLC0415 - as above

    logging.getLogger("scrapy").setLevel(logging.CRITICAL)
    progress = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[news]}"), TimeElapsedColumn(),
        console=err, transient=True,
    )  # fmt: skip
    shown = err.is_terminal and not quiet
    with progress if shown else nullcontext():
        task = progress.add_task("Crawling", total=len(sources), news="")

        def changed(report: CrawlReport) -> None:
            done = report.ok + report.unchanged + len(report.failures)
            progress.update(task, completed=min(done, len(sources)), news=f"{report.articles} new articles")

        async with running_reactor():
            return await crawl(settings, store, None, sources, since=since, changed=changed if shown else lambda _: None)


def _tell(store: Store, intake: Intake, output: Path | None, *, as_json: bool) -> None:
    report = intake.report
    with store.reading() as connection:
        rows = find(connection, Filter(ids=intake.new_articles))
        topics = topics_of(connection, intake.new_articles)
        exported = article_rows(connection, rows)
    if output is not None:
        write_rows(exported, output)
    for problem in (*report.failures, *report.notes, *report.page_failures[:MOST_SHOWN]):
        err.print(f"{problem.source}: {problem.message}", markup=False, soft_wrap=True)
    if as_json:
        print_json(
            {
                "summary": summary(report),
                "articles": exported,
                "failures": [_problem(f) for f in report.failures],
            }
        )
        return
    news = [r for r in rows if (r.relevant or r.story_id is not None) and r.duplicate_of is None]
    if news:
        shown = [(r.when, r.lang, r.source, r.title, [t["name"] for t in topics.get(r.id, ())]) for r in news[:MOST_SHOWN]]
        print_table("What is new", ("when", "lang", "source", "title", "topics"), shown)
    if len(news) > MOST_SHOWN:
        out.print(f"… and {len(news) - MOST_SHOWN} more: aseanwatch articles list")
    if output is not None:
        out.print(f"{len(exported)} articles written to {output}", markup=False)
    out.print(summary_line(report), soft_wrap=True)


def _problem(failure: Any) -> dict[str, str]:
    return {"source": failure.source, "kind": failure.kind, "message": failure.message}


def summary(report: CrawlReport) -> dict[str, int]:
    """The counts of a crawl by their names."""
    return {
        "sources_ok": report.ok, "sources_unchanged": report.unchanged, "sources_failed": len(report.failures),
        "entries": report.entries, "new_entries": report.new_entries, "articles": report.articles, "relevant": report.relevant,
        "duplicates": report.duplicates, "stories": report.new_stories, "alerts": report.alerts,
    }  # fmt: skip


def summary_line(report: CrawlReport) -> str:
    """The counts of a crawl in one line."""
    return (
        f"Sources: {report.ok} ok, {report.unchanged} unchanged, {len(report.failures)} failed. "
        f"Entries: {report.entries}, {report.new_entries} new. New articles: {report.articles}, of them {report.relevant} relevant "
        f"and {report.duplicates} duplicates. New stories: {report.new_stories}. Alerts raised: {report.alerts}."
    )
