"""config.yaml: its settings, how it is read, and what can be wrong with it."""

from crawler.config.load import ConfigError, Problem, find_config, load

__all__ = ["ConfigError", "Problem", "find_config", "load"]
