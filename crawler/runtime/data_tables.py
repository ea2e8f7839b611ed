"""The tables in ``crawler/data``: facts that judging and reading look up, kept apart from code."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import yaml


def table(name: str) -> Any:
    """The content of a packaged file, ``.json`` or ``.yaml``; whoever asks more than once remembers it."""
    text = files("crawler").joinpath("data", name).read_text(encoding="utf-8")
    return json.loads(text) if name.endswith(".json") else yaml.load(text, yaml.CSafeLoader)
