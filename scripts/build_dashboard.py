"""Writes deploy/grafana/aseanwatch.json: one row of figures, then delays, sources, queue and deliveries over time."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path
from typing import Any

FILE = Path(__file__).parents[1] / "deploy" / "grafana" / "aseanwatch.json"
SOURCE = {"type": "prometheus", "uid": "${source}"}
_ids = count(1)


def panel(
    kind: str, title: str, queries: dict[str, str], place: tuple[int, int, int, int], unit: str = "short"
) -> dict[str, Any]:
    """One panel: its queries by legend, its place (x, y, width, height), and the unit of its values."""
    x, y, w, h = place
    targets = [
        {"refId": chr(65 + i), "datasource": SOURCE, "expr": query, "legendFormat": legend}
        for i, (legend, query) in enumerate(queries.items())
    ]
    options: dict[str, Any] = {
        "legend": {"displayMode": "list", "placement": "bottom"},
        "tooltip": {"mode": "multi"},
    }
    if kind == "stat":
        options = {"reduceOptions": {"calcs": ["lastNotNull"]}, "colorMode": "none", "graphMode": "area"}
    return {
        "id": next(_ids), "type": kind, "title": title, "datasource": SOURCE, "targets": targets, "options": options,
        "gridPos": {"x": x, "y": y, "w": w, "h": h}, "fieldConfig": {"defaults": {"unit": unit, "min": 0}, "overrides": []},
    }  # fmt: skip


def dashboard() -> dict[str, Any]:
    """The whole dashboard."""
    day = "increase({}[1d])"
    panels = [
        panel("stat", "New stories a day", {"": day.format("aseanwatch_stories_total")}, (0, 0, 4, 4)),
        panel("stat", "Alerts a day", {"": day.format("aseanwatch_alerts_total")}, (4, 0, 4, 4)),
        panel("stat", "Coverage", {"": "aseanwatch_coverage_ratio"}, (8, 0, 4, 4), "percentunit"),
        panel("stat", "Median delay", {"": 'aseanwatch_entry_delay_seconds{quantile="0.5"}'}, (12, 0, 4, 4), "s"),
        panel("stat", "Trouble", {"": "sum(aseanwatch_incidents) or vector(0)"}, (16, 0, 4, 4)),
        panel("stat", "Store", {"": "aseanwatch_store_bytes"}, (20, 0, 4, 4), "bytes"),
        panel("timeseries", "From publication to the store", {"{{quantile}}": "aseanwatch_entry_delay_seconds"}, (0, 4, 12, 8), "s"),
        panel("timeseries", "New entries and articles an hour", {
            "entries": "increase(aseanwatch_entries_total[1h])", "articles": "increase(aseanwatch_articles_total[1h])",
        }, (12, 4, 12, 8)),
        panel("timeseries", "Sources by outcome", {"{{outcome}}": "aseanwatch_sources"}, (0, 12, 12, 8)),
        panel("timeseries", "Sources with a problem", {"{{kind}}": "aseanwatch_source_problems"}, (12, 12, 12, 8)),
        panel("timeseries", "Polls a second", {
            "all": "rate(aseanwatch_polls_total[5m])", "failed": "rate(aseanwatch_polls_failed_total[5m])",
        }, (0, 20, 12, 8), "reqps"),
        panel("timeseries", "Units of work that wait", {"{{queue}}": 'aseanwatch_units{status="todo"}'}, (12, 20, 12, 8)),
        panel("timeseries", "Deliveries that wait", {"{{channel}}": 'aseanwatch_deliveries{status="pending"}'}, (0, 28, 12, 8)),
        panel("timeseries", "The oldest of each, in seconds", {
            "poll": "aseanwatch_poll_lateness_seconds", "entry": "aseanwatch_entries_pending_oldest_seconds",
            "delivery": "aseanwatch_deliveries_due_oldest_seconds", "unit of {{queue}}": "aseanwatch_units_oldest_seconds",
        }, (12, 28, 12, 8), "s"),
    ]  # fmt: skip
    return {
        "title": "aseanwatch", "uid": "aseanwatch", "schemaVersion": 39, "version": 1, "editable": True, "refresh": "1m",
        "time": {"from": "now-7d", "to": "now"}, "timezone": "browser", "tags": ["news"], "panels": panels,
        "templating": {"list": [{"name": "source", "type": "datasource", "query": "prometheus", "label": "Prometheus"}]},
    }  # fmt: skip


if __name__ == "__main__":
    FILE.write_text(json.dumps(dashboard(), indent=1) + "\n", encoding="utf-8")
