"""The examples that the help of each command ends with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import typer

EXAMPLES: dict[str, Sequence[str]] = {
    "init": ["init", "init desk"],
    "check": ["check", "check --network --config desk/config.yaml"],
    "crawl": [
        "crawl",
        "crawl --since 7d --output new.csv",
        "crawl --url https://example.org/feed --output - --format csv",
    ],
    "coverage": ["coverage --since 7d", "coverage --balance"],
    "export": ["export --since 7d --output news.xlsx", "export --what bases --output bases.csv"],
    "classify": ["classify news.jsonl > predictions.jsonl"],
    "evaluate": ["evaluate labelled.jsonl", "evaluate labelled.jsonl --weights --only bases.near"],
    "rejudge": ["rejudge --since 30d"],
    "schema": ["schema > config.schema.json"],
    "articles list": ["articles list --topic demonstration_base --since 7d", "articles list --all --json"],
    "articles show": ["articles show 88"],
    "articles not-a-copy": ["articles not-a-copy 88"],
    "articles diff": ["articles diff 88", "articles diff 88 --from 1 --to 3"],
    "stories list": ["stories list --since 7d", "stories list --limit 200 --json"],
    "stories show": ["stories show 25"],
    "stories pin": ["stories pin 25 --note 'the founding one'", "stories pin 25 --remove"],
    "stories merge": ["stories merge 25 31"],
    "stories split": ["stories split 25 124 126"],
    "stories undo": ["stories undo 25"],
    "stories labels": ["stories labels > labelled.jsonl"],
    "stories lag": ["stories lag 25", "stories lag --since 30d"],
    "bases list": ["bases list --country KH --stage launched", "bases list --kind park --json"],
    "bases changes": ["bases changes", "bases changes --month 2025-11 --json"],
    "bases show": ["bases show base-0d164d93"],
    "bases timeline": ["bases timeline base-0d164d93"],
    "bases rename": ["bases rename base-0d164d93 'China-ASEAN Innovation Base' --lang en"],
    "bases merge": ["bases merge base-0d164d93 base-1cc5b56e"],
    "bases split": ["bases split base-0d164d93 124 126"],
    "bases archive": ["bases archive --output proofs.warc.gz"],
    "bases export": ["bases export --format csv --output bases.csv", "bases export --format ics > bases.ics"],
    "sources list": ["sources list"],
    "sources health": ["sources health", "sources health --json"],
    "sources probe": ["sources probe straits-ledger", "sources probe https://example.org/feed"],
    "sources discover": [
        "sources discover https://example.org",
        "sources discover https://example.org --add",
    ],
    "sources import": ["sources import feeds.opml", "sources import feeds.opml --write"],
    "sources export": ["sources export --output feeds.opml"],
    "topics explain": ["topics explain 88", "topics explain https://example.org/news/1"],
    "topics test": ["topics test"],
    "topics stats": ["topics stats --since 90d"],
    "topics suggest": ["topics suggest --topic demonstration_base --lang id"],
    "db upgrade": ["db upgrade"],
    "db prune": ["db prune"],
    "db shrink": ["db shrink"],
    "db backup": ["db backup copy.db"],
    "db restore": ["db restore copy.db --replace"],
    "db copy": ["db copy sqlite:///aseanwatch.db postgresql:///aseanwatch"],
}
"""By command: what follows the program's name."""


def add_examples(app: typer.Typer, examples: Mapping[str, Sequence[str]], above: Sequence[str] = ()) -> None:
    """Let the help of each command of a program, or of a group, end with its examples.

    Args:
        app: the program or group.
        examples: by command, such as ``stories list``.
        above: the names of the groups that the group is in.
    """
    for command in app.registered_commands:
        lines = examples.get(" ".join([*above, command.name or ""]))
        if lines:
            command.epilog = "\n".join(["Examples:", *(f"  aseanwatch {line}" for line in lines)])
    for group in app.registered_groups:
        # A group that has a second name keeps the examples of its first.
        if group.typer_instance is not None and not group.hidden:
            add_examples(group.typer_instance, examples, [*above, group.name or ""])
