"""How a source fares, in values that a table or JSON shows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from crawler.polling.delays import quantile
from crawler.polling.state import SourceState
from crawler.runtime.redaction import without_credentials


def health_of(state: SourceState, enabled: bool = True) -> dict[str, Any]:
    """Its latest outcome, when it is asked next, how often, and how long after publication its entries are stored (seconds)."""
    return {
        "source": state.source, "enabled": enabled, "outcome": state.outcome or "not asked yet", "kind": state.kind,
        "message": _shown(state.message), "at": state.polled, "next": state.due if enabled else None, "every": spoken(state.interval),
        "interval": state.interval, "polls": state.polls, "failed": state.failed, "failing_since": state.failing_since,
        "failures": state.failures, "new_entries": state.entries, "last_new": state.new_at,
        "rate": round(state.rhythm.rate * 24, 2), "delay": spoken(quantile(state.delays, 0.5) or 0.0),
        "delay_median": quantile(state.delays, 0.5), "delay_p95": quantile(state.delays, 0.95), "address": _shown(state.address),
        "moving": _shown(state.moving), "held_until": state.held_until, "pushed": state.pushed,
        "pushed_until": state.pushed_until,
    }  # fmt: skip


def _shown(text: str | None) -> str | None:
    return None if text is None else without_credentials(text)


def spoken(seconds: float) -> str:
    """A length of time in its two largest units; nothing for none."""
    if not seconds:
        return ""
    whole = int(timedelta(seconds=seconds).total_seconds())
    parts = [(whole // 86_400, "d"), (whole // 3600 % 24, "h"), (whole // 60 % 60, "m"), (whole % 60, "s")]
    return " ".join([f"{n}{unit}" for n, unit in parts if n][:2]) or "0s"
