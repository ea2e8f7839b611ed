"""Which models of Argos Translate are installed: read from their folders, without loading anything."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

Pair = tuple[str, str]
PIVOT = "en"
"""What nearly all models translate from or into; others are reached through it."""
_CODES = {"no": "nb", "fil": "tl"}


def argos_code(lang: str) -> str:
    """What Argos calls a language."""
    return _CODES.get(lang, lang)


def models_folder() -> Path:
    """Where Argos keeps its models: as it says, from the environment of this process, else from its own settings."""
    own = os.environ.get("ARGOS_PACKAGES_DIR") or _own_setting("ARGOS_PACKAGES_DIR")
    return Path(own) if own else _folder("XDG_DATA_HOME", ".local/share") / "packages"


def _folder(variable: str, default: str) -> Path:
    return Path(os.environ.get(variable) or Path.home() / default) / "argos-translate"


def _own_setting(name: str) -> str:
    """What Argos' settings.json says; empty where it says nothing."""
    try:
        said = json.loads((_folder("XDG_CONFIG_HOME", ".config") / "settings.json").read_text("utf-8"))
        found = said.get(name)
    except (OSError, ValueError, AttributeError, RecursionError):
        return ""  # what it cannot read Argos cannot, either
    return found if isinstance(found, str) else ""


def installed_pairs() -> set[Pair]:
    """The pairs of languages that there are models for, without those that are reached through a third one."""
    found: set[Pair] = set()
    for file in models_folder().glob("*/metadata.json"):
        try:
            said = json.loads(file.read_text("utf-8"))
            found.add((str(said["from_code"]), str(said["to_code"])))
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            continue  # what it cannot read Argos cannot, either
    return found


def missing_pairs(wanted: Iterable[Pair]) -> list[Pair]:
    """The pairs that no models translate, in their order."""
    there = installed_pairs()

    def reached(lang: str, to: str) -> bool:
        known, rest = {lang}, [lang]
        while rest:
            one = rest.pop()
            further = {b for a, b in there if a == one} - known
            known |= further
            rest += further
        return to in known

    return [pair for pair in dict.fromkeys(wanted) if not reached(argos_code(pair[0]), argos_code(pair[1]))]


def how_to_install(pairs: Iterable[Pair]) -> str:
    """The commands that fetch what is missing for pairs of languages, by way of English where neither is it."""
    there = installed_pairs()
    needed: dict[str, None] = {}
    for lang, to in ((argos_code(a), argos_code(b)) for a, b in pairs):
        steps = [(lang, to)] if PIVOT in (lang, to) else [(lang, PIVOT), (PIVOT, to)]
        needed |= {f"argospm install translate-{a}_{b}": None for a, b in steps if (a, b) not in there}
    return "; ".join(("argospm update", *needed))
