"""Configurations that poll the news web: the packaged one with some sections replaced."""

from __future__ import annotations

import re
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from crawler.config.layers import OWN_SECTIONS, PACKAGED, packaged_values
from tests.newsroom.web import Newsroom

_KEY = re.compile(r"^([a-z_]+):", re.MULTILINE)


class Plain(yaml.CSafeDumper):
    """Writes what is there twice a second time: anchors are nothing that a desk writes, and looking for lost ones takes time."""

    def ignore_aliases(self, _data: Any) -> bool:
        """Whether a value is never referred to."""
        return True


def packaged() -> str:
    """The configuration that the project ships."""
    root = Path(__file__).parents[2] / "config.yaml"
    return (
        root.read_text(encoding="utf-8")
        if root.is_file()
        else files("crawler").joinpath("data/config.yaml").read_text("utf-8")
    )


def _parts(text: str) -> list[tuple[str, str]]:
    """The text of each top-level section with its name; what stands before the first has none."""
    starts = [("", 0)] + [(m[1], m.start()) for m in _KEY.finditer(text)] + [("", len(text))]
    return [(name, text[start:end]) for (name, start), (_, end) in pairwise(starts)]


def with_sections(text: str, **sections: Any) -> str:
    """Replace top-level sections of a configuration; term sets, topics and comments stay as they are."""
    parts = [part for name, part in _parts(text) if name not in sections]
    return (
        "".join(parts).rstrip()
        + "\n\n"
        + yaml.dump(sections, Dumper=Plain, allow_unicode=True, sort_keys=False, width=200)
    )


def over_packaged(**sections: Any) -> str:
    """The same as ``with_sections(packaged(), …)`` in a file that extends the packaged configuration, which is read in a third of the time."""
    replaced = [name for name in sections if name in packaged_values()]
    top: dict[str, Any] = {"extends": PACKAGED} | ({"remove": replaced} if replaced else {})
    examples = "".join(
        part for name, part in _parts(packaged()) if name in OWN_SECTIONS and name not in sections
    )
    return yaml.dump(top | sections, Dumper=Plain, allow_unicode=True, sort_keys=False, width=200) + examples


def watching(
    room: Newsroom, folder: Path, *, broken: bool = False, is_whole: bool = False, **sections: Any
) -> Path:
    """Write ``folder/config.yaml``, which polls ``room`` and keeps everything in ``folder``, and return its path.

    Commands use the real clock, by which the news web's news is old. So the file sets a long ``alerts.fresh``, unless ``alerts`` is given.
    It extends the packaged configuration, or is the whole of it.
    """
    folder = folder.absolute()  # a relative path would be relative to the folder of this file
    defaults = {
        "storage": {"url": "sqlite:///aseanwatch.db"},
        "crawl": {"allow_private": ["127.0.0.1"], "per_host": 16, "timeout": "10s"},
        "sources": room.sources(broken=broken),
        "alerts": {"fresh": "3650d"},
        "subscriptions": [],
        "delivery": {
            "from": "ASEAN Watch <watch@example.org>",
            "channels": {"folder": {"type": "folder", "path": "."}},
        },
    }
    path = folder / "config.yaml"
    given = {**defaults, **sections}
    path.write_text(
        with_sections(packaged(), **given) if is_whole else over_packaged(**given), encoding="utf-8"
    )
    return path
