"""``import``: news archives into the store, as history of which nobody is told."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any, Literal

import typer

from crawler.commands.context import (
    FAILURES,
    ConfigOption,
    JsonOption,
    counted,
    err,
    moment_since,
    open_or_create,
    out,
    print_json,
    print_written,
)
from crawler.runtime.clock import now
from crawler.runtime.stopping import end_at_once, stop_on_signals

if TYPE_CHECKING:
    from crawler.archives.import_report import ImportProgress, ImportReport

_NICENESS = 5
"""By how much an import steps back behind a service on the same machine."""


def import_command(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE…",
            help="Archives: WARC, WACZ, JSON Lines, JSON, CSV or TSV, also packed (.gz, .zst, .xz, .bz2); folders of them;"
            " - is standard input.",
        ),
    ],
    fields: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="COLUMN=FIELD,…",
            help="Which columns are which fields (url, title, text, published, lang, author, outlet …), or a file of YAML.",
        ),
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", help="Only articles from then on: 3y, or a moment (ISO 8601).")
    ] = None,
    until: Annotated[str | None, typer.Option("--until", help="Only articles before then.")] = None,
    lang: Annotated[
        list[str] | None, typer.Option("--lang", help="Only these languages, such as en,zh; may be repeated.")
    ] = None,
    host: Annotated[
        list[str] | None,
        typer.Option("--host", help="Only this host and those below it; may be repeated."),
    ] = None,
    every: Annotated[
        bool,
        typer.Option(
            "--all/--only-relevant",
            help="Store also what is not relevant and matches no topic: most of an archive, and many GB.",
        ),
    ] = False,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="At most this many articles.")] = None,
    archived: Annotated[
        str | None,
        typer.Option(
            "--archived",
            help="When the archive was made, for articles without a date in files that do not say when they were seen.",
        ),
    ] = None,
    form: Annotated[
        Literal["warc", "jsonl", "json", "csv"] | None,
        typer.Option("--format", help="What the files are (default: as their content says)."),
    ] = None,
    encoding: Annotated[
        str | None, typer.Option("--encoding", help="Of tables and JSON (default: found out).")
    ] = None,
    delimiter: Annotated[
        str | None,
        typer.Option("--delimiter", help="What parts columns: a character, or tab (default: found out)."),
    ] = None,
    rejects: Annotated[
        Path | None,
        typer.Option(
            "--rejects", help="Write what is refused or left out, and why, as JSON Lines; added to."
        ),
    ] = None,
    restart: Annotated[
        bool, typer.Option("--restart", help="Read also what was read before, from the beginning.")
    ] = False,
    waiting: Annotated[
        Literal["store", "drop"] | None,
        typer.Option(
            "--waiting",
            help="What becomes of articles that an interrupted import of other files had read (default: they wait on).",
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count; store nothing.")] = False,
    processes: Annotated[
        int | None,
        typer.Option("--processes", min=1, max=64, help="That read (default: one for each core, up to 4)."),
    ] = None,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Take news archives in as history: judged, in stories and register with their own dates, told to nobody.

    What was stopped goes on where it was when the same command is given again.
    """
    from crawler.archives.fields import mapping_of  # noqa: PLC0415 - only this command needs it
    from crawler.archives.files import archives_of  # noqa: PLC0415 - as above
    from crawler.archives.import_options import ImportOptions  # noqa: PLC0415 - as above
    from crawler.archives.importing import ArchiveImport  # noqa: PLC0415 - as above
    from crawler.archives.pool import processes_for  # noqa: PLC0415 - as above

    mapping = mapping_of(fields or (), encoding, delimiter)
    archives = archives_of(files)
    settings, store = open_or_create(config)
    with suppress(OSError):
        os.nice(_NICENESS)
    with _writing(rejects) as stream, stop_on_signals(_on_stop, FAILURES):
        options = ImportOptions(
            choices=_choices(since, until, lang, host, archived, every=every), mapping=mapping, form=form, limit=limit,
            dry_run=dry_run, restart=restart, processes=processes_for(processes), rejects=stream, waiting=waiting,
        )  # fmt: skip
        with nullcontext(_silent) if json else _shown() as on_progress:
            report = ArchiveImport(settings, store, options, on_progress).run(archives)
    if json:
        print_json(_as_json(report, dry_run=dry_run))
    else:
        _print(report, rejects, dry_run=dry_run)
    if rejects is not None and report.rejected:
        print_written(f"what was not taken, and why, written to {rejects}", rejects)
    if report.broken_files:
        raise typer.Exit(FAILURES)


def _choices(
    since: str | None,
    until: str | None,
    lang: list[str] | None,
    host: list[str] | None,
    archived: str | None,
    *,
    every: bool,
) -> Any:
    from crawler.archives.reading import Choices  # noqa: PLC0415 - only this command needs it

    moment = now()
    return Choices(
        since=_day(since, moment, "--since"),
        until=_day(until, moment, "--until"),
        languages=frozenset(_parts(lang)),
        hosts=tuple(one.removeprefix("www.") for one in _parts(host)),
        everything=every,
        archived=_day(archived, moment, "--archived"),
    )


def _day(text: str | None, moment: datetime, option: str) -> datetime | None:
    """A moment. A duration counts from the beginning of the day, so that the same command given again is the same choice."""
    found = moment_since(text, moment, option)
    is_duration = text is not None and not text[:4].isdigit()
    return found.replace(hour=0, minute=0, second=0, microsecond=0) if found and is_duration else found


def _parts(values: list[str] | None) -> list[str]:
    return [part.strip().lower() for value in values or () for part in value.split(",") if part.strip()]


def _on_stop() -> None:
    from crawler.archives.plan_files import remove_plans  # noqa: PLC0415 - only this command needs it

    remove_plans()
    err.show_cursor(True)
    err.print("stopped: the same command goes on from here", soft_wrap=True)
    end_at_once(FAILURES)


@contextmanager
def _writing(path: Path | None) -> Iterator[IO[str] | None]:
    if path is None:
        yield None
        return
    with path.open("a", encoding="utf-8") as stream:
        yield stream


def _silent(_: ImportProgress) -> None:
    """Nobody looks."""


@contextmanager
def _shown() -> Iterator[Callable[[ImportProgress], None]]:
    """Show on a terminal how far it is; elsewhere nothing."""
    if not err.is_terminal or err.is_dumb_terminal:
        yield _silent
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415 - for terminals

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[found]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err, transient=True) as shown:
        task = shown.add_task("reading", found="")

        def show(progress: ImportProgress) -> None:
            name = progress.file.rpartition("/")[2]
            shown.update(
                task, description=f"{progress.doing} {name}".strip(), completed=progress.done,
                total=progress.total or None, found=_so_far(progress.doing, progress.counts),
            )  # fmt: skip

        yield show


def _so_far(doing: str, counts: Counter[str]) -> str:
    if doing == "reading":
        return f"{counts['read']:,} read, {counts['kept']:,} kept"
    return f"{counts['stored']:,} stored"


def _as_json(report: ImportReport, *, dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run, "reading": dict(report.reading), "records_without_article": dict(report.others),
        "storing": dict(report.storing), "stories": len(report.stories), "bases": len(report.bases), "rejected": report.rejected,
        "rejections": [_plain(one) for one in report.rejections],
        "known_files": report.known_files, "broken_files": [_plain(one) for one in report.broken_files],
        "notes": report.notes, "stopped_by_limit": report.stopped, "by_earlier_runs": report.earlier,
        "waited_of_other_archives": report.others_waiting, "left_waiting": report.left_waiting,
    }  # fmt: skip


def _plain(rejection: Any) -> dict[str, Any]:
    return {"file": rejection.file, "place": rejection.place, "url": rejection.url, "reason": rejection.why}


def _known(name: str, refused: int) -> str:
    """What is said of a file that is not read again."""
    lacks = f", and {refused:,} of it refused or left out" if refused else ""
    return f"{name} was read before{lacks}: --restart reads it again"


def _print(report: ImportReport, rejects: Path | None, *, dry_run: bool) -> None:
    """The account of an import: every thing that was read is in one of its lines."""
    from crawler.archives.items import shown  # noqa: PLC0415 - only this command needs it

    reading, storing = report.reading, report.storing
    lines = [f"{reading['read']:,} read"]
    others = ", ".join(f"{count:,} {what}" for what, count in report.others.most_common())
    parts = (
        ("no article", f" ({others})" if others else ""), ("not relevant", ""), ("not chosen", " (--since, --until, --lang, --host)"),
        ("left out without a date", ""), ("refused", ""),
    )  # fmt: skip
    lines += [f"  {reading[name]:,} {name}{more}" for name, more in parts if reading[name]]
    undated = (
        f", {reading['kept without a date']:,} of them without a date of their own"
        if reading["kept without a date"]
        else ""
    )
    lines.append(f"  {reading['kept']:,} {'would be taken' if dry_run else 'taken'}{undated}")
    if not dry_run:
        stories = counted(len(report.stories), "story", "stories")
        bases = counted(len(report.bases), "base", "bases")
        lines.append(f"{storing['stored']:,} stored: {storing['copies']:,} copies; in {stories}, {bases}")
        lines += [f"  {storing[name]:,} {name}" for name in ("known before", "refused") if storing[name]]
        lines += [f"  {report.earlier:,} by an earlier run"] if report.earlier else []
        lines += (
            [f"  {report.others_waiting:,} of these are of other archives, which an earlier run had read"]
            if report.others_waiting
            else []
        )
    lines += report.notes
    lines += [_known(name, report.refused_before[name]) for name in report.known_files]
    lines += ["stopped by --limit; the same command without it goes on"] if report.stopped else []
    for line in lines:
        out.print(shown(line, 1_500), markup=False, soft_wrap=True)
    for one in report.broken_files:
        err.print(
            f"{one.file}: {one.why}" if one.file not in one.why else one.why, markup=False, soft_wrap=True
        )
    for one in (rejection for rejection in report.rejections if rejection.place):
        err.print(
            f"{one.file}:{one.place}: {one.why}{f' ({one.url})' if one.url else ''}",
            markup=False,
            soft_wrap=True,
        )
    if report.rejected > len(report.rejections) and rejects is None:
        err.print(
            f"… {report.rejected - len(report.rejections):,} more; --rejects FILE writes all", soft_wrap=True
        )
