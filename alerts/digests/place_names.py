"""What cities, provinces and towns are called in the languages of the frame."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def _names() -> Mapping[str, Mapping[str, str]]:
    """By language and English name; the table lacks what has no name of its own in a language (`make places`)."""
    text = files("alerts").joinpath("locale", "places.json").read_text(encoding="utf-8")
    found: Mapping[str, Mapping[str, str]] = json.loads(text)
    return found


def place_name(english: str, language: str) -> str:
    """The name of a place in a language, or its English one where none is known.

    Args:
        english: as the gazetteer names it, such as ``Shenzhen``.
        language: a language of the frame.
    """
    names = _names()
    return names[language].get(english) or names["en"].get(english, english)
