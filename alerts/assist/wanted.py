"""Into which languages news is put: those that the configuration names, else English and those of the subscriptions."""

from __future__ import annotations

from sqlalchemy import Connection

from alerts.subscriptions.subscriptions import load_subscriptions
from crawler.config.settings import Settings


def wanted_languages(connection: Connection, settings: Settings) -> tuple[str, ...]:
    """The languages that translations and briefs are wanted in, English first where the configuration names none.

    A subscription that wants the original only asks for none.
    """
    if settings.assist.languages:
        return tuple(dict.fromkeys(settings.assist.languages))
    everyone = load_subscriptions(connection, settings)
    of_readers = {one.subscription.language for one in everyone if not one.subscription.original_only}
    return ("en", *sorted(of_readers - {"en"}))
