"""``mcp``: the tools for assistants of others, over standard input and output."""

from __future__ import annotations

import signal
from typing import Annotated

import typer

from alerts.commands.running import logging_as
from alerts.operations.live_config import live_at
from alerts.web.context import WebContext
from crawler.commands.context import ConfigOption, existing_store
from crawler.model import AseanwatchError
from crawler.runtime.clock import now
from crawler.runtime.extras import how_to_add
from crawler.runtime.near import did_you_mean


def mcp_command(
    topic: Annotated[
        list[str] | None, typer.Option("--topic", help="Only stories and bases of this topic.")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Let an assistant read stories, the register and why (Model Context Protocol over standard input and output)."""
    try:
        from alerts.web.assistants.reading import AssistantReading  # noqa: PLC0415 - only where it is served
        from alerts.web.assistants.server import server_of  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("mcp", "mcp_types"):
            raise
        raise AseanwatchError(f"assistants need: {how_to_add('mcp')}") from None
    live = live_at(config)
    for name in topic or ():
        if name not in live.settings.topics:
            raise AseanwatchError(f"there is no topic {name}{did_you_mean(name, live.settings.topics)}")
    store = existing_store(live.settings)
    # The SDK waits for the next line in a thread that Ctrl-C would not reach. Nothing is lost: whatever is read is only read.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    # Standard output belongs to the protocol: what is logged goes to standard error.
    with logging_as(live, "mcp"):
        reading = AssistantReading(WebContext(live, store, now), frozenset(topic) if topic else None)
        server_of(reading).run("stdio")
