"""All that is allowed in a configuration and hardly meant, with lines: one answer for `check`, the console and every start."""

from __future__ import annotations

from crawler.config.advice import advice
from crawler.config.layers import PACKAGED
from crawler.config.loading import Loaded
from crawler.config.plain import ConfigProblem


def warnings_of(loaded: Loaded) -> list[ConfigProblem]:
    """The warnings of a configuration in the order of its lines."""
    placed = ((key, loaded.placed(key, message)) for key, message in advice(loaded.settings))
    # Words of the packaged file are not the operator's to mend: a topic that is taken out leaves its sets unread there.
    found = (p for key, p in placed if p.file != PACKAGED or key[0] != "terms")
    return sorted({*loaded.warnings, *found})


def warning_lines(loaded: Loaded, mark: str = "") -> list[str]:
    """The same, each as ``config.yaml:41: key: message`` with a mark before its words."""
    return [loaded.in_one_line(problem, mark) for problem in warnings_of(loaded)]
