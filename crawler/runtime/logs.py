"""The log of a long-running program: one line for each event, for people or as JSON, with what it is about and without secrets."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable, MutableMapping
from typing import Any, Literal
from urllib.parse import quote

import structlog

from crawler.runtime.log_context import about
from crawler.runtime.redaction import without_credentials
from crawler.runtime.visible_text import indented, on_one_line

QUIET = {
    "scrapy": logging.ERROR, "apscheduler": logging.ERROR, "alembic": logging.ERROR, "trafilatura": logging.ERROR,
    "twisted": logging.ERROR, "psycopg": logging.ERROR, "asyncio": logging.CRITICAL,
    "procrastinate": logging.CRITICAL,  # what it says of units we say ourselves, without their whole content
}  # fmt: skip
"""Libraries that talk more than an operator wants to read."""
HIDDEN = "[hidden]"
_LINK = re.compile(r"(/(?:manage|confirm|one-click|change|next|rejoin|archive|feed)/)[\w.~-]{16,}")
"""Links with which a reader signs in."""


def set_up(form: Literal["human", "json"], level: str, secrets: Iterable[str]) -> None:
    """Log to standard error.

    Args:
        form: ``human`` for people, ``json`` for programs: one object a line.
        level: the least severity that is written, as `logging` names it, in any case.
        secrets: the values that must not appear, also not in tracebacks.
    """
    renderer = structlog.processors.JSONRenderer(ensure_ascii=False) if form == "json" else _for_people()
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _add_what_it_is_about,
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,  # before secrets are taken out: a traceback holds them too
            Redacting(secrets),
            *([] if form == "json" else [_on_own_lines]),  # JSON escapes by itself
            renderer,
        ],
    )
    # Standard output belongs to what commands print.
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name, least in QUIET.items():
        logging.getLogger(name).setLevel(least)


def _for_people() -> structlog.dev.ConsoleRenderer:
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=0)


def _add_what_it_is_about(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {**about(), **event}


def _on_own_lines(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keep words of strangers from looking like lines of ours, and from moving a terminal."""
    shown = {key: on_one_line(value) if isinstance(value, str) else value for key, value in event.items()}
    return shown | {
        key: indented(event[key]) for key in ("exception", "stack") if isinstance(event.get(key), str)
    }


class Redacting:
    """Takes secrets out of a line, also out of tracebacks. A processor of structlog.

    Args:
        secrets: the values that must not appear.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        given = set(secrets)
        # Several secrets may stand in one value while one is
        # being replaced (webhooks); each is hidden alone, too.
        given |= {part for secret in given for part in secret.split() if len(part) >= 16}
        # As they stand in addresses.
        given |= {quote(secret, safe="") for secret in given}
        # Shorter ones would blot out parts of ordinary words;
        # the longest first, because one may be part of another.
        longest_first = sorted({s for s in given if len(s) >= 4}, key=len, reverse=True)
        self._secrets = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def __call__(self, _: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        """A line without them."""
        return {key: self._plain(value) if isinstance(value, str) else value for key, value in event.items()}

    def _plain(self, text: str) -> str:
        text = without_credentials(_LINK.sub(rf"\1{HIDDEN}", text))
        return self._secrets.sub(HIDDEN, text) if self._secrets else text
