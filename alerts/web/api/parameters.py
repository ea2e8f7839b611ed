"""What the query of a request may say: names that the address has, and values that are known here.

A name or value that is not known is refused. A program that asks for ``lnag=id`` would otherwise take all news for Indonesian news.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from copy import deepcopy
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request

from alerts.delivery.outbox import STATUSES
from alerts.web.context import WebContext
from crawler.judging.bases.stages import STAGES
from crawler.judging.text.language import LANGUAGES
from crawler.runtime.near import nearest
from crawler.store.story_facets import story_facets

OF_STORIES = ("topic", "lang", "country", "source")
"""Parameters that may also have a value that only stored stories have, such as a topic that was taken out."""
LISTS = {"headlines": "lang", "language": "lang"}
"""Parameters with several values, joined by commas, each of which may be what another parameter may be."""
CHOICES = {"stage": STAGES, "status": STATUSES}
"""Parameters whose values stand in the code."""
KNOWN = (*OF_STORIES, *CHOICES, *LISTS)
MOST_NAMED = 15
"""An error names all values where there are not more."""


class UnknownParameterError(HTTPException):
    """A request with a parameter, or a value of one, that is not known.

    Args:
        parameter: its name, as the request has it.
        detail: what is wrong.
        nearest: what was probably meant; empty if nothing is near.
    """

    def __init__(self, parameter: str, detail: str, nearest: str) -> None:
        hint = f"; did you mean {nearest}?" if nearest else ""
        super().__init__(422, f"{parameter}: {detail}{hint}")
        self.parameter = parameter
        self.nearest = nearest


def check_names(request: Request, names: Collection[str]) -> None:
    """Refuse parameters that the address does not have.

    Raises:
        UnknownParameterError: it has one.
    """
    for name in request.query_params:
        if name not in names:
            shown = name[:80]
            allowed = f"this address takes {', '.join(sorted(names))}" if names else "this address takes none"
            raise UnknownParameterError(
                shown, f"there is no such parameter, {allowed}", _nearest(shown, names)
            )


def check_values(request: Request, web: WebContext) -> None:
    """Refuse values that no story and no setting has.

    Raises:
        UnknownParameterError: there is one.
    """
    asked = {name: request.query_params.getlist(name) for name in KNOWN if name in request.query_params}
    if not asked:
        return
    known = known_values(web, {LISTS.get(name, name) for name in asked})
    for name, given in asked.items():
        for value in (part for text in given for part in (text.split(",") if name in LISTS else [text])):
            _check(name, value, known[LISTS.get(name, name)])


def check_value(web: WebContext, name: str, of: str, value: str) -> None:
    """Refuse one value that no story and no setting has.

    Args:
        web: what all web pages share.
        name: what the value is called by whoever asks.
        of: the parameter whose values are meant.
        value: what is asked for.

    Raises:
        UnknownParameterError: it is not known.
    """
    _check(name, value, known_values(web, {of})[of])


def _check(name: str, value: str, known: Collection[str]) -> None:
    if value not in known:
        shown = value[:80]
        choice = f", but {', '.join(known)}" if len(known) <= MOST_NAMED else ""
        raise UnknownParameterError(name, f"{shown!r} is not known here{choice}", _nearest(shown, known))


def _nearest(word: str, known: Iterable[str]) -> str:
    # Codes are short, so that one letter is much of them.
    return nearest(word, known, 0.5) or ""


def known_values(web: WebContext, names: Collection[str]) -> dict[str, list[str]]:
    """The values that some parameters may have: those of the configuration, and those of stored stories."""
    settings = web.settings
    configured: Mapping[str, Collection[str]] = {
        "topic": settings.topics,
        "lang": LANGUAGES,
        "country": (*settings.parties.sides.listed, *(s.country for s in settings.sources if s.country)),
        "source": [s.name for s in settings.sources],
        **CHOICES,
    }
    with web.store.read() as connection:
        stored = story_facets(web.store, connection).values
    return {name: sorted({*configured[name], *stored.get(name, ())}) for name in names}


def with_known_values(description: dict[str, Any], web: WebContext) -> dict[str, Any]:
    """The description (OpenAPI) with the values that parameters may have now."""
    known = known_values(web, (*OF_STORIES, *CHOICES))
    made = deepcopy(description)
    for operations in made.get("paths", {}).values():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                if parameter["in"] != "query":
                    continue
                if parameter["name"] in known:
                    parameter["schema"] = {"type": "string", "enum": known[parameter["name"]]}
                elif parameter["name"] in LISTS:
                    one = f"({'|'.join(known[LISTS[parameter['name']]])})"
                    parameter["schema"]["pattern"] = f"^{one}(,{one}){{0,19}}$"
    return made
