"""Errors that nobody foresaw, in words: names of classes tell people nothing, and the log or the traceback has them with the place."""

from __future__ import annotations

import json
import ssl
import zlib
from zipfile import BadZipFile

from crawler.runtime.command_log import where_more_is

_WORDS: tuple[tuple[type[BaseException], str], ...] = (
    (MemoryError, "it needs more memory than there is"),
    (RecursionError, "it is nested too deeply"),
    (UnicodeError, "it has bytes or characters that are no text"),
    (json.JSONDecodeError, "it is no JSON"),
    (ConnectionRefusedError, "the other end refuses connections"),
    (ConnectionError, "the connection broke"),
    (TimeoutError, "it took too long"),
    (ssl.SSLError, "the encrypted connection failed"),
    (EOFError, "it ends too early"),
    (BadZipFile, "it is no whole archive"),
    (zlib.error, "it cannot be unpacked"),
    (NotImplementedError, "that is not supported"),
)
_LONGEST = 200


def in_words(error: BaseException, *, with_text: bool = True) -> str:
    """What an error says to people.

    Args:
        error: any.
        with_text: also its own text, which may hold what was worked on; False where that may be a secret.
    """
    known = next((words for kind, words in _WORDS if isinstance(error, kind)), None)
    if known is not None:
        return known
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror[:1].lower()}{error.strerror[1:]}"
    if with_text and isinstance(error, ImportError):
        return str(error)[:_LONGEST]
    # The text of these is the key or number alone.
    said = "" if isinstance(error, KeyError | IndexError | AttributeError) else " ".join(str(error).split())
    if not with_text or not said:
        return f"an error that was not expected; {where_more_is()}"
    return f"an error that was not expected ({said[:_LONGEST]}); {where_more_is()}"
