"""``crawl`` as the whole program has it: subscriptions are there before it, alerts are raised after it."""

from __future__ import annotations

from crawler.commands.crawl import Hooks, crawl_command
from crawler.config.settings import Settings
from crawler.runtime.clock import now
from crawler.store import Store


def _started(settings: Settings, store: Store) -> None:
    from alerts.subscriptions.subscriptions import register  # noqa: PLC0415 - as below

    with store.write() as connection:
        register(connection, settings, now())


def _finished(settings: Settings, store: Store, tell_old: bool) -> int:
    from alerts.selection.raise_alerts import raise_alerts  # noqa: PLC0415 - when the requests are done

    return raise_alerts(store, settings, now(), tell_old=tell_old)


crawl = crawl_command(Hooks(_started, _finished))
