"""The tables in ``crawler/data``: facts that judging and reading look up, kept apart from code."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any
from zlib import crc32

import yaml


def table(name: str) -> Any:
    """The content of a packaged file, ``.json`` or ``.yaml``; whoever asks more than once remembers it."""
    return read_table(files("crawler").joinpath("data"), name)


@cache
def kept_table(name: str) -> Any:
    """The same, read once: for tables of which each language is asked for by itself. Nothing of it may be changed."""
    return table(name)


def read_table(folder: Traversable, name: str) -> Any:
    """The content of a file of a folder, ``.json`` or ``.yaml``.

    YAML takes a hundred times as long as JSON, so large tables are packaged as both (see `scripts.build_parsed`). Where the
    YAML has changed since, it is what counts.
    """
    content = folder.joinpath(name).read_bytes()
    if name.endswith(".json"):
        return json.loads(content)
    prepared = folder.joinpath("parsed", f"{name.removesuffix('.yaml')}.json")
    if prepared.is_file():
        parsed = json.loads(prepared.read_bytes())
        if parsed["of"] == crc32(content):
            return parsed["table"]
    return yaml.load(content.decode("utf-8"), yaml.CSafeLoader)
