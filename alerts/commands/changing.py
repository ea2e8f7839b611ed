"""``subscriptions set`` and ``remove``: changes of subscriptions, of those in config.yaml as of those that were added."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from alerts.commands.audited import ACTOR
from alerts.operations.live_config import live_at
from alerts.operations.subscription_changes import SubscriptionChanges
from alerts.subscriptions import subscriptions
from crawler.commands.context import ConfigOption, err, open_existing, out
from crawler.config.mail_addresses import each_address
from crawler.runtime.clock import now

SubscriptionArgument = Annotated[str, typer.Argument(help="The subscription's name.")]
Words = list[str] | None


def _changes(config: str | None) -> SubscriptionChanges:
    settings, store = open_existing(config)
    with store.write() as connection:
        subscriptions.register(connection, settings, now())
    return SubscriptionChanges(live_at(config), store, ACTOR, now())


def _print(done: str, number: int | None) -> None:
    undo = f"; aseanwatch changes undo {number} takes it back" if number is not None else ""
    out.print(f"{done}{undo}", markup=False, soft_wrap=True)


def set_subscription(
    name: SubscriptionArgument,
    to: Annotated[Words, typer.Option("--to", help="The addresses; may be repeated.")] = None,
    topic: Annotated[Words, typer.Option("--topic", help="The topics; may be repeated; '': all.")] = None,
    lang: Annotated[Words, typer.Option("--lang", help="Only these languages; '': all.")] = None,
    country: Annotated[Words, typer.Option("--country", help="Only these countries; '': all.")] = None,
    when: Annotated[
        str | None, typer.Option("--when", help="instant, hourly, daily HH:MM or weekly mon HH:MM.")
    ] = None,
    timezone: Annotated[str | None, typer.Option("--timezone", help="Such as Asia/Jakarta.")] = None,
    quiet: Annotated[str | None, typer.Option("--quiet", help="Such as 22:00-07:00; '': none.")] = None,
    most: Annotated[int | None, typer.Option("--most", min=1, max=200, help="Stories in a digest.")] = None,
    language: Annotated[str | None, typer.Option("--language", help="Of the frame.")] = None,
    channel: Annotated[
        str | None, typer.Option("--channel", help="email, or one of the configuration.")
    ] = None,
    title: Annotated[str | None, typer.Option("--title", help="What readers see.")] = None,
    original_only: Annotated[
        bool | None,
        typer.Option(
            "--original-only/--with-translations", help="Whether machine translations and briefs stay away."
        ),
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Change a subscription; what is not named stays. One of config.yaml is changed there."""
    lists = {"to": to, "topics": topic, "languages": lang, "countries": country}
    single = {
        "when": when, "timezone": timezone, "quiet": quiet, "most": most, "language": language, "channel": channel,
    }  # fmt: skip
    values: dict[str, Any] = {k: [word for word in v if word] for k, v in lists.items() if v is not None}
    values |= {k: v or None for k, v in single.items() if v is not None}
    if title is not None:
        values["title"] = title
    if original_only is not None:
        values["original_only"] = original_only
    if not values:
        raise typer.BadParameter("nothing to change: name at least one option, such as --topic TOPIC")
    if "to" in values:
        values["to"] = [one for text in values["to"] for one in each_address(text)]
    changes = _changes(config)
    _print(f"{name} changed", changes.change(name, values))
    for doubt in changes.doubts(name):
        err.print(f"warning: {doubt}", markup=False, soft_wrap=True)


def remove_subscription(name: SubscriptionArgument, config: ConfigOption = None) -> None:
    """End a subscription, also one of config.yaml. Its past digests stay."""
    _print(f"{name} removed", _changes(config).remove(name))
