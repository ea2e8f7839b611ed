"""Which of too many items of a list are the newest, wherever they stand in it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime


def newest_places(moments: Sequence[datetime | None], most: int) -> list[int]:
    """The places of the newest items of a list, ascending: by date, and where they have none or all the same, those at both ends.

    Args:
        moments: when each item was published, in the order of the list.
        most: how many are taken.
    """
    if len(moments) <= most:
        return list(range(len(moments)))
    has_dates = len(set(moments)) > 2
    dated = [(moment, n) for n, moment in enumerate(moments) if moment is not None] if has_dates else []
    dated.sort(key=lambda one: one[0], reverse=True)
    has_date = {n for _, n in dated}
    others = [n for n in range(len(moments)) if n not in has_date]
    kept = [n for _, n in dated[: most - min(len(others), most // 2)]]
    left = min(most - len(kept), len(others))
    kept += others[: left // 2] + others[len(others) - (left - left // 2) :]
    return sorted(kept)
