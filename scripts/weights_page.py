"""The reference page of all weights of judging and polling, from their tables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from crawler.config.values import format_duration
from crawler.judging.weights import JudgingWeights
from crawler.polling.weights import PollingWeights
from crawler.runtime.weight_tables import REASONED, Weight, weights_of

_HEAD = """# Weights

<!-- Made from the code by `make docs`; changes here are lost. -->

All numbers on which a decision of judging or polling depends, and that could have been chosen otherwise. They stand in
frozen tables (`crawler/judging/weights/`, `crawler/polling/weights.py`), from which this page is made.

- **Origin.** Where nothing is said, a weight was reasoned about single cases and rounded; it is fitted to no set of texts.
- **Trade.** What it is for, and what more of it costs.
- A **bound** limits work or output. Nothing depends on it until something is very large.

How far each moves the measures of labelled news: `aseanwatch evaluate FILE --weights`, `make weights` over our own sample
news. Cases near the threshold of each decision guard them (`tests/crawler/margins/`): where a weight is halved, or raised
by half, one of them fails. `make margins` does that with all of them and says which no case catches.
"""


def page() -> str:
    """The page."""
    lines = [_HEAD]
    for room, table in (("Judging", JudgingWeights()), ("Polling", PollingWeights())):
        lines.append(f"## {room}\n")
        lines += _tables(table)
    return "\n".join(lines)


def _tables(table: Any) -> Iterator[str]:
    """One table for each table of weights."""
    name = ""
    for weight in weights_of(table):
        first = weight.path.partition(".")[0]
        if first != name:
            name = first
            yield f"\n### {name}\n\n{type(getattr(table, name)).__doc__}\n"
            yield "| weight | value | unit | trade | origin |\n|---|---|---|---|---|"
        yield _row(weight)


def _row(weight: Weight) -> str:
    value = format_duration(weight.value) if isinstance(weight.value, timedelta) else f"{weight.value:g}"
    origin = "" if weight.origin == REASONED else weight.origin
    trade = f"bound: {weight.trades}" if weight.bound else weight.trades
    cells = (f"`{weight.path.partition('.')[2]}`", value, weight.unit, trade, origin)
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
