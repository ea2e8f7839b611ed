"""``articles`` and ``export``: what is stored."""

from __future__ import annotations

import sys
from typing import Annotated, Any, Literal

import typer

from crawler.analysis.export import TRANSLATED, article_rows, rows_of, translated_rows
from crawler.analysis.output_files import STANDARD, output_to
from crawler.analysis.release import not_a_copy
from crawler.commands.context import (
    ConfigOption,
    FormatOption,
    JsonOption,
    LimitOption,
    OutputOption,
    SinceOption,
    at_most,
    counted,
    moment_since,
    open_existing,
    out,
    print_json,
    print_table,
    print_values,
    print_written,
    working,
)  # fmt: skip
from crawler.model import AseanwatchError
from crawler.runtime.clock import now
from crawler.store import versions
from crawler.store.articles import Filter, find, topics_of
from crawler.store.entries import of_article

articles = typer.Typer(no_args_is_help=True, help="Articles that were stored.")


@articles.command("list")
def list_articles(
    topic: Annotated[str | None, typer.Option(help="Only this topic's.")] = None,
    lang: Annotated[str | None, typer.Option(help="Only this language's.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Also those that are not relevant.")] = False,
    since: SinceOption = None,
    limit: LimitOption = 50,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """The newest articles."""
    _, store = open_existing(config)
    # A topic may look at all articles (`only_relevant:
    # false`): whoever asks for one wants all of its news.
    wanted = Filter(
        moment_since(since, now()), topic, lang, None if every or topic else True, limit=limit + 1
    )
    with store.read() as connection:
        rows, more = at_most(list(find(connection, wanted)), limit)
        topics = topics_of(connection, [r.id for r in rows])
        exported = article_rows(connection, rows) if json else []
    if json:
        print_json(exported)
        return
    shown = [
        (r.id, r.when, r.lang, r.source, r.title, [t["name"] for t in topics.get(r.id, ())]) for r in rows
    ]
    summary = f"{counted(len(rows), 'article', 'articles')}, the newest first{more}"
    print_table("Articles", ("id", "when", "lang", "source", "title", "topics"), shown, summary=summary)


@articles.command("show")
def show_article(
    number: Annotated[int, typer.Argument(help="The article's id.")],
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """One article: its words, where it was seen, and every verdict."""
    _, store = open_existing(config)
    with store.read() as connection:
        rows = find(connection, Filter(ids=[number]))
        if not rows:
            raise AseanwatchError(f"no stored article has the id {number}")
        row = rows[0]
        seen = [
            {"source": e.source, "url": e.url, "seen": e.seen, "title": e.title}
            for _, e in of_article(connection, number)
        ]
        topics = topics_of(connection, [number]).get(number, [])
    hidden = ("features", "names_edition", "words", "text_hash", "url_key", "fingerprints")
    values: dict[str, Any] = {k: v for k, v in row._mapping.items() if k not in hidden} | {
        "topics": topics,
        "seen_at": seen,
    }
    print_values(values, as_json=json)


@articles.command("not-a-copy")
def not_a_copy_command(
    number: Annotated[int, typer.Argument(help="The article's id.")],
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """An article that was taken for a copy tells news of its own: it gets its story and its alerts, for good."""
    settings, store = open_existing(config)
    with store.write() as connection:
        released = not_a_copy(connection, number, settings.rules(), now())
    if json:
        print_json({"id": number, "story": released.story, "new_story": released.is_new})
    elif released.story is None:
        out.print(f"article {number} is no copy now; it is not relevant and in no story")
    else:
        joined = "begins story" if released.is_new else "is a report of its own in story"
        out.print(f"article {number} is no copy now and {joined} {released.story}")


@articles.command("diff")
def diff_article(
    number: Annotated[int, typer.Argument(help="The article's id.")],
    old: Annotated[
        int | None, typer.Option("--from", min=1, help="The earlier version (default: the one before).")
    ] = None,
    new: Annotated[
        int | None, typer.Option("--to", min=1, help="The later version (default: the present one).")
    ] = None,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """What was edited in an article after it was first seen, line by line."""
    _, store = open_existing(config)
    with store.read() as connection:
        found = {v["version"]: v for v in versions.versions_of(connection, number)}
    later = new or max(found)
    earlier = old or later - 1
    if json:
        print_json(list(found.values()))
        return
    if len(found) == 1:
        out.print(f"article {number} was never seen to change")
        return
    for version in (earlier, later):
        if version not in found:
            raise AseanwatchError(f"article {number} has the versions 1 to {max(found)}, not {version}")
    for line in versions.differences(found[earlier], found[later]):
        out.print(line, markup=False, soft_wrap=True)


def export_command(
    what: Annotated[
        Literal["articles", "stories", "bases"], typer.Option("--what", help="What to write.")
    ] = "articles",
    form: FormatOption = None,
    output: OutputOption = None,
    since: Annotated[
        str | None,
        typer.Option("--since", help="Only what was first seen since then: 7d, or a moment (ISO 8601)."),
    ] = None,
    translate_to: Annotated[
        str | None,
        typer.Option(
            "--translate-to",
            help="Also what a machine assistant made of the titles in this language, and by which model.",
        ),
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Write everything stored, for other programs."""
    from crawler.judging.text.language import LANGUAGES  # noqa: PLC0415 - other commands start without it

    if translate_to is not None and translate_to not in LANGUAGES:
        raise typer.BadParameter(
            f"{translate_to!r} is no language; choose of {', '.join(LANGUAGES)}", param_hint="--translate-to"
        )
    kind = f"{TRANSLATED}{what}" if translate_to else what
    place = output_to(output or STANDARD, form=form, overwrite=True, what=kind)
    settings, store = open_existing(config)
    with working(f"Reading {what} …"), store.read() as connection:
        rows = rows_of(connection, what, moment_since(since, now()))
        if translate_to:
            rows = list(
                translated_rows(connection, what, rows, translate_to, settings.sources_without_assist)
            )
    place.write(rows, sys.stdout)
    if output is not None and not place.is_standard:
        print_written(f"{len(rows)} {what} written to {output}", output)
