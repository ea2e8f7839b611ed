"""Configurations that poll the news web: the packaged one with some sections replaced."""

from __future__ import annotations

import re
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from tests.newsroom.web import Newsroom

_KEY = re.compile(r"^([a-z_]+):", re.MULTILINE)


def packaged() -> str:
    """The configuration that the project ships."""
    root = Path(__file__).parents[2] / "config.yaml"
    return (
        root.read_text(encoding="utf-8")
        if root.is_file()
        else files("crawler").joinpath("data/config.yaml").read_text("utf-8")
    )


def with_sections(text: str, **sections: Any) -> str:
    """Replace top-level sections of a configuration; term sets, topics and comments stay as they are."""
    starts = [(m[1], m.start()) for m in _KEY.finditer(text)] + [("", len(text))]
    parts = [text[: starts[0][1]]]
    for (name, start), (_, end) in pairwise(starts):
        if name not in sections:
            parts.append(text[start:end])
    return (
        "".join(parts).rstrip()
        + "\n\n"
        + yaml.safe_dump(sections, allow_unicode=True, sort_keys=False, width=200)
    )


def watching(room: Newsroom, folder: Path, *, broken: bool = False, **sections: Any) -> Path:
    """Write ``folder/config.yaml``, which polls ``room`` and keeps everything in ``folder``, and return its path.

    Commands use the real clock, by which the news web's news is old. So the file sets a long ``alerts.fresh``, unless ``alerts`` is given.
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
    path.write_text(with_sections(packaged(), **{**defaults, **sections}), encoding="utf-8")
    return path
