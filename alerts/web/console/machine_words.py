"""What machine assistants made of the words of a page: looked up at once, and only where there is an assistant and the person wants it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from alerts.digests.machine_made import NO_MACHINE, MachineMade, made_for
from alerts.web.console.request import ConsoleRequest


def machine_words(
    request: ConsoleRequest,
    *,
    titles_of: Iterable[Any] = (),
    summaries_of: Iterable[Any] = (),
    texts: Iterable[tuple[str, str]] = (),
    stories: Iterable[int] = (),
) -> MachineMade:
    """What is there for the person who reads a page (the arguments are those of `made_for`)."""
    languages = request.machine_languages
    if not languages:
        return NO_MACHINE
    with request.store.read() as connection:
        return made_for(
            connection,
            languages,
            titles_of=titles_of,
            summaries_of=summaries_of,
            texts=texts,
            stories=stories,
        )
