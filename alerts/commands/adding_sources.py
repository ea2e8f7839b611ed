"""``sources add``, ``import`` and ``discover`` as the whole program has them: what they write into config.yaml can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from alerts.commands.audited import ACTOR, audited
from alerts.identity.keys import box_of
from alerts.operations.source_additions import record_additions
from crawler.commands import source_lists, sources
from crawler.commands.context import err, existing_store
from crawler.config import load
from crawler.config.config_file import read_text
from crawler.config.loading import find_config
from crawler.runtime.clock import now
from crawler.store import Store


def _recorded(command: Callable[..., None]) -> Callable[..., None]:
    """A command that adds sources, with its additions kept in the history of changes."""

    @wraps(command)
    def whole(*args: Any, config: str | None = None, **options: Any) -> None:
        path = find_config(config)
        before = read_text(path)
        try:
            command(*args, config=config, **options)
        finally:
            # Also where it ends with a status of its own, as an import of half a file does.
            if (after := read_text(path)) != before:
                _record(config, before, after)

    return whole


def _record(config: str | None, before: str, after: str) -> None:
    settings = load(config)
    if not Store(settings.storage.url).exists():
        err.print(
            "there is no store yet, and so no history of changes: `changes undo` does not take this back",
            markup=False,
            soft_wrap=True,
        )
        return
    store = existing_store(settings)
    with audited(store, "source: add", str(find_config(config))) as connection:
        box = box_of(settings, store)
        numbers = record_additions(connection, before, after, ACTOR, now(), box)
    if not numbers:
        return
    each = f" (the sources are the changes {numbers[0]} to {numbers[-1]})" if len(numbers) > 1 else ""
    what = "the last one" if each else "it"
    err.print(
        f"aseanwatch changes undo {numbers[-1]} takes {what} back{each}",
        markup=False,
        soft_wrap=True,
    )


add_listed = _recorded(source_lists.add_listed)
import_sources = _recorded(sources.import_sources)
discover_sources = _recorded(sources.discover_sources)
