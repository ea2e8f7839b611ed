"""config.yaml: its settings, how it is read, and what can be wrong with it."""

from crawler.config.load import ConfigError, find_config, load
from crawler.config.plain import ConfigProblem

__all__ = ["ConfigError", "ConfigProblem", "find_config", "load"]
