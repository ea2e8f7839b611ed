"""The program with all its commands. A new one gets its line in `REGISTRY`; then `make parsed` keeps what it is called with."""

from __future__ import annotations

from pathlib import Path

import typer

from alerts.commands.examples import EXAMPLES
from crawler.cli import new_program
from crawler.commands.program import REGISTRY as CRAWLER
from crawler.commands.registry import Registry

REGISTRY = Registry(
    Path(__file__).parent,
    {
        "crawl": "alerts.commands.crawling:crawl",
        "sources add": "alerts.commands.adding_sources:add_listed",
        "sources import": "alerts.commands.adding_sources:import_sources",
        "sources discover": "alerts.commands.adding_sources:discover_sources",
        "sources audit": "alerts.commands.source_audit:audit_sources",
        "sources pause": "alerts.commands.sources:pause_source",
        "sources set": "alerts.commands.sources:set_source",
        "sources remove": "alerts.commands.sources:remove_source",
        "sources ask": "alerts.commands.sources:ask_source",
        "topics new": "alerts.commands.new_topic:new_topic_command",
        "topics backtest": "alerts.commands.backtest:backtest_command",
        "db backup": "alerts.commands.backups:backup_command",
        "db verify": "alerts.commands.backups:verify_command",
        "db restore": "alerts.commands.backups:restore_command",
        "why": "alerts.commands.why:why_command",
        "status": "alerts.commands.status:status_command",
        "run": "alerts.commands.forking:run_command",
        "worker": "alerts.commands.forking:worker_command",
        "web": "alerts.commands.running:web_command",
        "mcp": "alerts.commands.assistants:mcp_command",
        "assist": "alerts.commands.assist:assist_app",
        "subscriptions": "alerts.commands.subscriptions:subscriptions_app",
        "alerts": "alerts.commands.running:alerts_app",
        "digests": "alerts.commands.deliveries:digests_app",
        "deliveries": "alerts.commands.deliveries:deliveries_app",
        "suppressions": "alerts.commands.suppressions:suppressions_app",
        "bounces": "alerts.commands.suppressions:bounces_app",
        "changes": "alerts.commands.status:changes_app",
        "entries": "alerts.commands.entries:entries_app",
        "units": "alerts.commands.units:units_app",
        "operators": "alerts.commands.operators:operators_app",
        "tokens": "alerts.commands.operators:tokens_app",
    },
    examples=EXAMPLES,
)


def build() -> typer.Typer:
    """The program with all its commands."""
    text = "Tells a team once, early and with evidence, what is new in China–ASEAN cooperation."
    return new_program(text, [CRAWLER, REGISTRY])
