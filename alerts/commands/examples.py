"""The examples that the help of each command around alerts ends with."""

from __future__ import annotations

from collections.abc import Sequence

EXAMPLES: dict[str, Sequence[str]] = {
    "status": ["status", "status --json"],
    "changes list": ["changes list"],
    "changes undo": ["changes undo 12"],
    "sources pause": ["sources pause mekong-monitor", "sources pause mekong-monitor --resume"],
    "sources set": [
        "sources set mekong-monitor --url https://example.org/rss --lang en",
        "sources set mekong-monitor --every ''",
    ],
    "sources remove": ["sources remove mekong-monitor"],
    "sources ask": ["sources ask mekong-monitor"],
    "why": ["why 25", "why article:88 --subscription desk"],
    "run": ["run", "run --no-web"],
    "worker": ["worker --queues poll,pages --concurrency 4"],
    "web": ["web"],
    "topics backtest": ["topics backtest --against new.yaml --since 90d --fail-on-lost"],
    "subscriptions list": ["subscriptions list"],
    "subscriptions add": [
        "subscriptions add desk --to desk@example.org --topic demonstration_base --when 'daily 07:30' --timezone Asia/Jakarta"
    ],
    "subscriptions pause": ["subscriptions pause desk", "subscriptions pause desk --resume"],
    "subscriptions set": ["subscriptions set desk --topic demonstration_base --when 'daily 06:30'"],
    "subscriptions remove": ["subscriptions remove desk"],
    "subscriptions forget": ["subscriptions forget reader@example.org"],
    "subscriptions preview": ["subscriptions preview desk --output preview"],
    "subscriptions test": ["subscriptions test desk --to me@example.org"],
    "alerts dispatch": ["alerts dispatch", "alerts dispatch --at 2025-11-30T07:30"],
    "deliveries list": ["deliveries list --status failed"],
    "deliveries show": ["deliveries show 12"],
    "deliveries retry": ["deliveries retry", "deliveries retry 12"],
    "deliveries resume": ["deliveries resume email"],
    "deliveries drop": ["deliveries drop 12"],
    "digests list": ["digests list --subscription desk"],
    "digests rebuild": ["digests rebuild 7 --output digest.eml"],
    "suppressions list": ["suppressions list"],
    "suppressions add": ["suppressions add reader@example.org --note 'asked by phone'"],
    "suppressions remove": ["suppressions remove reader@example.org"],
    "bounces read": ["bounces read Maildir"],
    "bounces list": ["bounces list"],
    "entries waiting": ["entries waiting --reason judging-failed --older 2h"],
    "entries dropped": ["entries dropped --source straits-ledger"],
    "entries retry": ["entries retry", "entries retry 12 13"],
    "entries drop": ["entries drop 12 --why 'a test page'"],
    "units list": ["units list --status failed"],
    "units retry": ["units retry 12"],
    "units drop": ["units drop 12"],
    "operators list": ["operators list"],
    "operators add": ["operators add ana", "operators add ben --role reader"],
    "operators password": ["operators password ana"],
    "operators totp": ["operators totp ana"],
    "operators signout": ["operators signout ana"],
    "operators link": ["operators link"],
    "operators remove": ["operators remove ana"],
    "tokens list": ["tokens list"],
    "tokens add": ["tokens add dashboard --scope read"],
    "tokens remove": ["tokens remove 3"],
}
"""By command: what follows the program's name."""
