"""``crawl``: poll sources once, store and judge what is new, show it and write it to a file."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from crawler.analysis.export import article_rows
from crawler.analysis.output_files import STANDARD, Output, OutputError, output_to
from crawler.commands.context import (
    FAILURES,
    ConfigOption,
    FormatOption,
    JsonOption,
    SinceOption,
    VerboseOption,
    counted,
    err,
    moment_since,
    open_store,
    out,
    print_json,
    print_table,
    print_written,
    working,
)  # fmt: skip
from crawler.commands.troubles import Problems, problem_lines
from crawler.config.loading import find_config, load_with_lines
from crawler.config.settings import Settings, Source
from crawler.config.warning import warning_lines
from crawler.model import CrawlReport, SourceFailure
from crawler.parsing.urls import host_of, is_web_url
from crawler.runtime.clock import now
from crawler.runtime.memory import rare_collections
from crawler.runtime.packaged_config import packaged
from crawler.runtime.stopping import end_at_once, stop_on_signals
from crawler.store import Store, StoreError, waiting
from crawler.store.articles import Filter, find, headlines_of_news, topics_of

if TYPE_CHECKING:
    from crawler.ingest.judges import ProcessPoolJudge
    from crawler.ingest.progress import CrawlProgress
    from crawler.sources.following import Followed

MOST_SHOWN = 40
MOST_OTHERS = 8
"""Sources of a home page that are named beside the one that is crawled."""


@dataclass(frozen=True, slots=True)
class Hooks:
    """What a larger program does around a crawl.

    ``finished`` raises alerts and gives how many. Its last argument says whether reports that are too old to be news count too.
    """

    started: Callable[[Settings, Store], None] = lambda *_: None
    finished: Callable[[Settings, Store, bool], int] = lambda *_: 0


def crawl_command(hooks: Hooks) -> Callable[..., None]:
    """The command, with what is done around the crawl."""

    @rare_collections()
    def command(
        source: Annotated[
            list[str] | None, typer.Option("--source", help="Only this source; may be repeated.")
        ] = None,
        url: Annotated[
            list[str] | None,
            typer.Option(
                "--url",
                help="This address instead: a feed, a sitemap, an article, an OPML file, or a home page, whose feed is found.",
            ),
        ] = None,
        since: SinceOption = None,
        output: Annotated[
            Path | None,
            typer.Option(
                "--output",
                help="Write the new articles that are relevant or match a topic: .jsonl and .csv are added to,"
                " an .xlsx that exists is refused, - is standard output.",
            ),
        ] = None,
        form: FormatOption = None,
        overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the file of --output.")] = False,
        every: Annotated[
            bool, typer.Option("--all", help="Write also what is not relevant (column relevant).")
        ] = False,
        no_pages: Annotated[bool, typer.Option("--no-pages", help="Judge by the feeds alone.")] = False,
        tell_old: Annotated[
            bool, typer.Option("--tell-old", help="Alerts also of reports older than alerts.fresh.")
        ] = False,
        verbose: VerboseOption = False,
        config: ConfigOption = None,
        json: JsonOption = False,
    ) -> None:
        """Poll the sources once: stores and shows what is new."""
        loaded = load_with_lines(config)
        settings = loaded.settings
        if json and output == STANDARD:
            raise typer.BadParameter(
                "standard output takes either the rows (-) or --json", param_hint="--output"
            )
        # Before the crawl: news that is stored is no longer
        # new, and could not be written by the next crawl.
        place = None if output is None else output_to(output, form=form, overwrite=overwrite)
        named = _sources_named(settings, source)
        if url and source:
            raise typer.BadParameter("takes the place of --source; give one of them", param_hint="--url")
        sources = [*map(_adhoc, url)] if url else named
        if no_pages:
            sources = [s.model_copy(update={"pages": "never"}) for s in sources]
        # A stopped crawl ends with 1: monitoring must not take it for a whole one.
        with stop_on_signals(_on_stop, FAILURES):
            judge = _judges_apart(settings, len(sources))
            store = open_store(settings)
            # Of the packaged configuration nothing could be mended here.
            for line in warning_lines(loaded, "warning: ") if find_config(config) != packaged() else ():
                err.print(line, markup=False, soft_wrap=True)
            hooks.started(settings, store)
            limit = moment_since(since, now())
            led_to: list[Followed] = []
            crawled = asyncio.run(_crawl(settings, store, judge, sources, limit, led_to.append, quiet=json))
            # Where nobody wants them the rows of thousands of articles are not made.
            rows = _new_rows(store, crawled) if json or place is not None else []
            written = place is None or _write(
                rows if every else _worth_writing(rows), place, config, len(rows)
            )
            report = crawled.report
            try:
                report.alerts = hooks.finished(settings, store, tell_old)
            except StoreError as error:  # what was done until then is reported all the same
                report.failures.append(SourceFailure("alerts", "store", f"none could be raised: {error}"))
            shown_on = err if place is not None and place.is_standard else out
            problems = problem_lines(report, len(sources), settings.crawl, verbose=verbose)
            _report(store, crawled, rows, shown_on, problems, led_to, as_json=json)
            if report.failures or report.stuck or report.resting or not written:
                raise typer.Exit(FAILURES)

    return command


plain_crawl = crawl_command(Hooks())


def _on_stop() -> None:
    """A stop is asked for: nothing is waited for, for what was under way waits in the store."""
    err.show_cursor(True)
    err.print(
        "stopped: what was stored is kept, what was under way is found again by the next crawl",
        soft_wrap=True,
    )
    end_at_once(FAILURES)


def _adhoc(url: str) -> Source:
    if not is_web_url(url):
        raise typer.BadParameter(f"{url!r} is no http or https address", param_hint="--url")
    # Not validated: "any" is no kind that config.yaml knows.
    return Source.model_construct(name=host_of(url), url=url, kind="any", pages="always")


def _sources_named(settings: Settings, names: Sequence[str] | None) -> list[Source]:
    known = {s.name: s for s in settings.sources}
    unknown = [n for n in names or () if n not in known]
    if unknown:
        raise typer.BadParameter(f"no source is named {', '.join(unknown)}", param_hint="--source")
    return [known[n] for n in names] if names else [s for s in settings.sources if s.enabled]


def _judges_apart(settings: Settings, sources: int) -> ProcessPoolJudge | None:
    """Processes that judge, where they pay. They read their tables while this process gets ready.

    This process must not have threads yet, as it has when its progress is shown: it could not be copied for them.
    """
    from crawler.ingest.judges import judges_apart  # noqa: PLC0415 - as in _crawl

    return judges_apart(settings.rules(), settings.crawl.judges, sources)


async def _crawl(
    settings: Settings,
    store: Store,
    judge: ProcessPoolJudge | None,
    sources: Sequence[Source],
    since: datetime | None,
    followed: Callable[[Followed], None],
    *,
    quiet: bool,
) -> CrawlProgress:
    with nullcontext() if quiet else working("Crawling …"):
        from crawler.crawl import crawl  # noqa: PLC0415 - half a second that only commands that crawl need
        from crawler.ingest.progress import CrawlProgress  # noqa: PLC0415 - as above
        from crawler.net.reactor import running_reactor  # noqa: PLC0415 - as above

    # What went wrong is in the report, in words.
    logging.getLogger("scrapy").setLevel(logging.CRITICAL)
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[news]}"), TimeElapsedColumn(),
        console=err, transient=True,
    )  # fmt: skip
    shown = err.is_terminal and not quiet
    with bar if shown else nullcontext():
        task = bar.add_task("Crawling", total=len(sources), news="")

        def changed(report: CrawlReport) -> None:
            done = report.ok + report.unchanged + len(report.failures) + len(report.resting)
            bar.update(task, completed=min(done, len(sources)), news=f"{report.articles} new articles")

        async with running_reactor():
            progress = CrawlProgress(changed) if shown else CrawlProgress()
            return await crawl(
                settings, store, judge, sources, since=since, progress=progress, followed=followed
            )


def _new_rows(store: Store, done: CrawlProgress) -> list[dict[str, Any]]:
    """The new articles as rows of the export."""
    with store.read() as connection:
        return article_rows(connection, find(connection, Filter(ids=done.new_articles)))


def _worth_writing(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [r for r in rows if r["relevant"] or r["topics"]]


def _write(rows: Sequence[dict[str, Any]], place: Output, config: str | None, of: int) -> bool:
    """Write the rows; where that fails now, after all looks, say how they are had: no later crawl finds them new."""
    try:
        place.write(rows, sys.stdout)
    except OutputError as error:
        if not rows:
            err.print(str(error), markup=False, soft_wrap=True)
            return False
        since = min(r["first_seen"] for r in rows).replace("+00:00", "Z")
        again = f"aseanwatch export{f' --config {quote(config)}' if config else ''} --since {since} --output FILE.{place.form}"
        err.print(
            f"{error}\n{len(rows)} articles are stored and were not written; to have them: {again}",
            markup=False,
            soft_wrap=True,
        )
        return False
    left_out = (
        f", {of - len(rows)} that are not relevant left out (--all writes them too)" if of > len(rows) else ""
    )
    if place.is_standard:
        err.print(f"{len(rows)} articles written to standard output{left_out}", soft_wrap=True)
    else:
        print_written(f"{len(rows)} articles written to {place.path}{left_out}", place.path)
    return True


def _report(
    store: Store,
    done: CrawlProgress,
    exported: Sequence[dict[str, Any]],
    to: Console,
    problems: Problems,
    led_to: Sequence[Followed],
    *,
    as_json: bool,
) -> None:
    report = done.report
    with store.read() as connection:
        news = [r for r in headlines_of_news(connection, done.new_articles) if r.duplicate_of is None]
        topics = topics_of(connection, [r.id for r in news[:MOST_SHOWN]])
        waits = waiting.counts(connection)
    for line in (*(line for one in led_to for line in _led_to(one)), *problems.lines):
        err.print(line, markup=False, soft_wrap=True)
    if as_json:
        print_json(
            {
                "summary": summary(report, waits),
                "unreached": problems.unreached,
                "followed": list(map(_plain_followed, led_to)),
                "articles": exported,
                "failures": [_problem(f) for f in report.failures],
                "stuck": [_problem(f) for f in report.stuck],
                "resting": [_problem(f) for f in report.resting],
            }
        )
        return
    if news:
        shown = [
            (r.when, r.lang, r.source, r.title, [t["name"] for t in topics.get(r.id, ())])
            for r in news[:MOST_SHOWN]
        ]
        print_table("What is new", ("when", "lang", "source", "title", "topics"), shown, to)
    if len(news) > MOST_SHOWN:
        to.print(f"… and {len(news) - MOST_SHOWN} more: aseanwatch articles list")
    to.print(summary_line(report, waits), soft_wrap=True)


def _led_to(followed: Followed) -> Iterator[str]:
    """What is said of an address that was no source itself: what was crawled instead, and how to choose otherwise."""
    if not followed.sources:
        return
    yield f"{followed.url}: {followed.words}"
    for other in followed.others[:MOST_OTHERS]:
        yield f"  also there: {other.url} ({other.kind}, {counted(other.entries, 'entry', 'entries')})"
    if len(followed.others) > MOST_OTHERS:
        yield f"  and {len(followed.others) - MOST_OTHERS} more: aseanwatch sources discover {followed.url}"
    if followed.others:
        yield "  to choose another one: aseanwatch crawl --url ITS-ADDRESS"


def _plain_followed(followed: Followed) -> dict[str, Any]:
    return {
        "url": followed.url,
        "words": followed.words,
        "crawled": [s.url for s in followed.sources],
        "others": [c.plain() for c in followed.others],
    }


def _problem(failure: Any) -> dict[str, str]:
    return {"source": failure.source, "kind": failure.kind, "message": failure.message}


def summary(report: CrawlReport, waits: Sequence[waiting.Count] = ()) -> dict[str, Any]:
    """The counts of a crawl by their names; ``waits`` is what waits in the store after it."""
    return {
        "sources_ok": report.ok, "sources_unchanged": report.unchanged, "sources_failed": len(report.failures),
        "sources_resting": len(report.resting),
        "entries": report.entries, "new_entries": report.new_entries, "articles": report.articles, "relevant": report.relevant,
        "duplicates": report.duplicates, "stories": report.new_stories, "alerts": report.alerts, "left_aside": report.aside,
        "stuck": len(report.stuck), "waiting": sum(w.count for w in waits), "waiting_by_reason": _by_reason(waits),
    }  # fmt: skip


def _by_reason(waits: Sequence[waiting.Count]) -> dict[str, int]:
    found = Counter[str]()
    for one in waits:
        found[one.reason.value] += one.count
    return dict(sorted(found.items()))


def summary_line(report: CrawlReport, waits: Sequence[waiting.Count] = ()) -> str:
    """The counts of a crawl in one line; ``waits`` is what waits in the store after it."""
    resting = f", {len(report.resting)} resting" if report.resting else ""
    line = (
        f"Sources: {report.ok} ok, {report.unchanged} unchanged, {len(report.failures)} failed{resting}. "
        f"Entries: {report.entries}, {report.new_entries} new. New articles: {report.articles}, of them {report.relevant} relevant "
        f"and {report.duplicates} duplicates. New stories: {report.new_stories}. Alerts raised: {report.alerts}."
    )
    if report.aside:
        line += f" Left aside by --since: {report.aside}."
    if waits:
        why = ", ".join(f"{reason} {count}" for reason, count in _by_reason(waits).items())
        line += f" Waiting: {sum(w.count for w in waits)} ({why}); aseanwatch entries waiting shows them."
    return line
