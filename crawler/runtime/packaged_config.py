"""Where the configuration lies: the packaged one, and the variable that names another."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

CONFIG_VARIABLE = "ASEANWATCH_CONFIG"
"""Names the configuration where ``--config`` does not."""


def packaged() -> Path:
    """The configuration that comes with the product."""
    inside = Path(str(files("crawler").joinpath("data", "config.yaml")))
    return inside if inside.is_file() else Path(str(files("crawler"))).parent / "config.yaml"
