"""How good the judging is against labelled news."""

from crawler.judging.evaluation.measures import measure

__all__ = ["measure"]
