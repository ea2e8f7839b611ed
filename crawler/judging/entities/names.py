"""The Latin-script names that tie reports together."""

from __future__ import annotations

import re
from functools import cache

from crawler.judging.text.dates import calendar_names
from crawler.judging.text.script import main_script
from crawler.judging.weights import weights
from crawler.runtime.data_tables import table

_LATIN_NAME = re.compile(r"\b[A-ZÀ-Þ][\w'’.-]*[\w](?:[ -][A-ZÀ-Þ0-9][\w'’.-]*[\w])*")


@cache
def _no_names() -> frozenset[str]:
    """Words that stand with a capital and are no names: titles, months, days of the week."""
    dated = {word for names in calendar_names() for word in names}
    return frozenset(table("surnames.yaml")["titles"]) | dated


def latin_names(text: str, lang: str | None) -> frozenset[str]:
    """The words of Latin-script proper names of a text, in lower case and of three letters at least.

    Whatever is capitalised inside a sentence, or stands in a text of another script; titles, months and days are left out.
    """
    least = weights().names.least_latin
    found: set[str] = set()
    own_script: bool | None = None
    for match in _LATIN_NAME.finditer(text):
        before = text[: match.start()].rstrip()
        starts_sentence = not before or before[-1] in '.!?:\n—–"“'
        name = match[0]
        # A single capitalised word at the beginning of a sentence may be any word.
        if starts_sentence and " " not in name and not name.isupper():
            if own_script is None:
                own_script = main_script(text) == "latin"
            if own_script:
                continue
        words = (
            word.removesuffix("'s").removesuffix("’s") for word in name.casefold().replace("-", " ").split()
        )
        found |= {
            word for word in words if len(word) >= least and not word[0].isdigit() and word not in _no_names()
        }
    return frozenset(found)
