"""The crawler's commands. A new one gets its line in `REGISTRY`; then `make parsed` keeps what it is called with."""

from __future__ import annotations

from pathlib import Path

from crawler.commands.examples import EXAMPLES
from crawler.commands.registry import Registry

REGISTRY = Registry(
    Path(__file__).parent,
    {
        "init": "crawler.commands.setup:init_command",
        "check": "crawler.commands.setup:check_command",
        "crawl": "crawler.commands.crawl:plain_crawl",
        "import": "crawler.commands.importing:import_command",
        "articles": "crawler.commands.listing:articles",
        "stories": "crawler.commands.stories:stories",
        "bases": "crawler.commands.register:bases",
        "sources": "crawler.commands.sources:sources",
        "coverage": "crawler.commands.sources:coverage_command",
        "export": "crawler.commands.listing:export_command",
        "topics": "crawler.commands.topics:topics",
        "classify": "crawler.commands.judging:classify_command",
        "evaluate": "crawler.commands.judging:evaluate_command",
        "rejudge": "crawler.commands.rejudging:rejudge_command",
        "db": "crawler.commands.setup:db",
        "schema": "crawler.commands.setup:schema_command",
        "config": "crawler.commands.config:config_app",
        "licenses": "crawler.commands.licenses:licenses_command",
    },
    aliases={"register": "bases"},  # as the console calls it
    examples=EXAMPLES,
)
