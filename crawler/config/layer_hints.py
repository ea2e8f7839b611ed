"""What is said beside a complaint where files extend each other: who removed what is missing, what name was perhaps meant."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from crawler.config.layers import EXTENDS, PACKAGED, Layers
from crawler.config.merging import name_in
from crawler.config.references import Key
from crawler.runtime.near import did_you_mean

_NAMING = {"terms": r"term set \$?", "topics": "topic ", "sources": "source ", "channels": "channel "}


def with_hint(layers: Layers, key: Key, message: str) -> str:
    """A complaint with what its reader needs to know of the other files."""
    if len(layers.layers) == 1:
        is_short = message.startswith("is missing") and len(key) == 1
        return f"{message}; {EXTENDS}: {PACKAGED} takes the shipped ones" if is_short else message
    return f"{message}{_remover(layers, message) or _meant(layers, key, message)}"


def _remover(layers: Layers, message: str) -> str:
    """Which line removed the name that a complaint does not find."""
    for key, trace in layers.result.removed.items():
        naming, name = _NAMING.get(str(key[-2 if len(key) > 1 else 0])), r"[\w.-]+"
        if len(key) > 1:
            name = re.escape(str(key[-1]))
        if naming and re.search(rf"\b{naming}{name}(?![\w.-])", message):
            line = layers.layers[trace.layer].lines.get(trace.key, 1)
            return f"; {layers.layers[trace.layer].shown}:{line} removes it"
    return ""


def _meant(layers: Layers, key: Key, message: str) -> str:
    """The name of an entry beneath that a new one without its required keys was perhaps meant to change."""
    if (
        not message.startswith("is missing")
        or len(key) != 3
        or key[0] not in ("sources", "subscriptions", "topics")
    ):
        return ""
    entries = layers.result.values.get(str(key[0]))
    name = _name_of(entries, key[1])
    if not isinstance(name, str) or layers.result.trace.find(key[:2]).layer == 0:
        return ""
    others = [n for n in _names(entries) if n != name]
    return f": {name} is new, there is none beneath that it would change{did_you_mean(name, others)}"


def _names(entries: Any) -> Iterable[str]:
    found = entries if isinstance(entries, dict) else map(name_in, entries)
    return [n for n in found if isinstance(n, str)]


def _name_of(entries: Any, part: str | int) -> Any:
    return part if isinstance(part, str) else name_in(entries[part])
