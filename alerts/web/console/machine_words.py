"""What machine assistants made of the words of a page: looked up at once, and only where there is an assistant and the person wants it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from alerts.digests.digest import MachineWords
from alerts.digests.machine_made import NO_MACHINE, MachineMade, SaidText, made_for
from alerts.web.console.request import ConsoleRequest


def machine_words(
    request: ConsoleRequest,
    *,
    titles_of: Iterable[Any] = (),
    summaries_of: Iterable[Any] = (),
    texts: Iterable[SaidText] = (),
    stories: Iterable[int] = (),
) -> MachineMade:
    """What is there for the person who reads a page (the arguments are those of `made_for`)."""
    languages = request.machine_languages
    if not languages:
        return NO_MACHINE
    with request.store.read() as connection:
        return made_for(
            connection,
            request.settings,
            languages,
            titles_of=titles_of,
            summaries_of=summaries_of,
            texts=texts,
            stories=stories,
        )


def tab_title(request: ConsoleRequest, made: MachineWords | None) -> str:
    """A machine's words as the name of a window, with the short mark; empty where there are none."""
    return request.words.machine_made(made.text) if made else ""
