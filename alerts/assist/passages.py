"""Which words of reports and bases are worth reading in another language. What is asked for and what is shown agree by this. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from alerts.digests.summary import SNIPPET, summarised
from crawler.judging.bases.descriptions import is_description
from crawler.judging.bases.name_origins import original_name_in


def title_of(report: Any) -> tuple[str, str] | None:
    """The whole headline of a report (a row with ``title`` and ``lang``) and its language; None where it has none."""
    return (report.title, report.lang) if report.title.strip() else None


def summary_of(report: Any) -> tuple[str, str] | None:
    """The summary of a report as digests show it (a row with ``title``, ``text``, ``evidence`` and ``lang``); None where it has none."""
    text = summarised(report, SNIPPET).text
    return (text, report.lang) if text.strip() else None


def passages_of(report: Any) -> list[tuple[str, str]]:
    """The passages of a report, each with its language: its headline, and its summary unless it is a copy of another report.

    Args:
        report: a row with ``title``, ``text``, ``evidence``, ``lang`` and ``duplicate_of``.
    """
    found = [title_of(report), summary_of(report) if report.duplicate_of is None else None]
    return [passage for passage in found if passage is not None]


def passages_of_proof(proof: Any) -> list[tuple[str, str]]:
    """The passages of what a report says of a base: its sentence, and the name unless it is a description of ours.

    Args:
        proof: a row with ``sentence``, ``name`` and ``lang``.
    """
    name = "" if is_description(proof.name) else proof.name
    return [(text, proof.lang) for text in (proof.sentence, name) if text.strip()]


def passages_of_base(base: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The passages of a base: its name in the language of its first report, and the sentences that prove it and its stages.

    Args:
        base: a base as `crawler.store.bases.find` gives it.
    """
    quotes = [base["quotes"], *(step["quotes"] for step in base["timeline"])]
    said = [(quote["sentence"], lang) for of_one in quotes for lang, quote in of_one.items()]
    if name := original_name_in(base):
        said.insert(0, (name, base["original"]))
    return list(dict.fromkeys(said))
