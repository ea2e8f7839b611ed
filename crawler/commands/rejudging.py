"""``rejudge``: the stored history judged again by the configuration in force."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from crawler.analysis.rejudge import rejudge
from crawler.commands.context import (
    ConfigOption,
    JsonOption,
    moment_since,
    open_existing,
    out,
    print_json,
    working,
)
from crawler.judging.judge import Judge
from crawler.runtime.clock import now


def rejudge_command(
    since: Annotated[
        str | None, typer.Option("--since", help="Only articles first seen since then, such as 30d.")
    ] = None,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Judge the stored history again by the configuration in force, and print what changed. Nobody is told again."""
    settings, store = open_existing(config)
    judge = Judge(settings.rules())
    limit = moment_since(since, now())
    with working("Judging the stored history again …"):
        found = rejudge(store, judge, limit, now(), settings.stories.window)
    if json:
        print_json(
            asdict(found) | {"topics": {k: {"before": b, "after": a} for k, (b, a) in found.topics.items()}}
        )
        return
    out.print(f"{found.articles} articles were judged again: {'' if found.anything else 'nothing changed'}")
    for what, ids in (
        ("relevant now", found.gained),
        ("relevant no more", found.lost),
        ("no copies any more", found.released),
    ):
        if ids:
            out.print(f"{len(ids)} {what}: {', '.join(map(str, ids[:30]))}{' …' if len(ids) > 30 else ''}")
    for number, (before, after) in list(found.topics.items())[:30]:
        out.print(
            f"article {number}: {', '.join(before) or 'no topic'} -> {', '.join(after) or 'no topic'}",
            markup=False,
        )
    for old, new, ids in found.moves:
        out.print(
            f"{len(ids)} articles: story {old or 'none'} -> {new or 'none'} ({', '.join(map(str, ids[:10]))})"
        )
    for what, keys in (
        ("new in the register", found.bases_gained),
        ("out of the register", found.bases_lost),
        ("changed", found.bases_changed),
    ):
        if keys:
            out.print(f"bases {what}: {', '.join(keys)}", markup=False)
