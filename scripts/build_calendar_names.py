"""Prints the names of months, weekdays and halves of a day as CLDR has them (JSON); `scripts.build_parsed` packages them.

In a process of its own, because what Babel gives for one language depends on which others were asked before: it puts what it works out
for a language that has no names of its own for some form into what all languages inherit.
"""

from __future__ import annotations

import json
import sys
from copy import deepcopy
from typing import Any

from babel.localedata import LocaleDataDict, load

from crawler.runtime.calendar_names import CONTEXTS, LANGUAGES, WIDTHS


def names_of(locale: str) -> dict[str, Any]:
    """What `crawler.runtime.calendar_names` reads of one locale."""
    # A copy, so that nothing is put into what the others inherit.
    data = LocaleDataDict(deepcopy({key: load(locale)[key] for key in ("months", "days", "day_periods")}))
    periods = data["day_periods"]["format"]
    return {
        "months": _by_form(data["months"]),
        "days": _by_form(data["days"]),
        "halves": [
            [half, periods[w][half]] for w in WIDTHS for half in ("am", "pm") if half in periods.get(w, {})
        ],
    }


def _by_form(names: Any) -> dict[str, dict[str, dict[int, str]]]:
    return {c: {w: dict(names[c][w]) for w in WIDTHS} for c in CONTEXTS}


if __name__ == "__main__":
    json.dump({locale: names_of(locale) for locale in LANGUAGES}, sys.stdout, ensure_ascii=False)
