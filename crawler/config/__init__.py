"""config.yaml: its settings, how it is read, and what can be wrong with it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crawler.config.loading import ConfigError, find_config, load
    from crawler.config.plain import ConfigProblem

__all__ = ["ConfigError", "ConfigProblem", "find_config", "load"]


def __getattr__(name: str) -> Any:
    # With the first use: a process that reads documents is sent settings of sources, and needs nothing else of all this.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("crawler.config.loading"), name)
