"""Reads the bodies of the API: only after access is checked, and only JSON that every parser reads alike (RFC 8259, 4)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import HTTPException, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from alerts.web.api.access import ApiAccess
from alerts.web.api.parameters import check_names, check_values
from alerts.web.context import WebContext

DEEPEST = 20
_TEXT, _BRACKET = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL), re.compile(r"[\[\]{}]")
LONGEST_NUMBER = 25
"""Characters of a number: more than any 64-bit integer or double needs."""


class StrictRequest(Request):
    """A request whose JSON is read strictly."""

    async def json(self) -> Any:
        """The body.

        Raises:
            HTTPException: it is not JSON, or JSON that programs read differently.
        """
        try:
            return read_json((await self.body()).decode())
        except (ValueError, RecursionError) as error:
            raise HTTPException(422, f"the body is not taken: {error or 'it is no JSON'}") from None


def read_json(text: str) -> Any:
    """The value of a JSON text.

    Raises:
        ValueError: it is not JSON, is nested too deep, or has NaN, a name that is given twice, or NUL.
    """
    _check_depth(text)
    found = json.loads(
        text,
        object_pairs_hook=_once,
        parse_constant=_no_number,
        parse_int=lambda n: int(_short(n)),
        parse_float=lambda n: float(_short(n)),
    )
    _check_texts(found)
    return found


def _check_depth(text: str) -> None:
    """Check the depth without the parser, which calls itself for each level and would overflow the stack."""
    depth = 0
    # Brackets within texts nest nothing.
    for bracket in _BRACKET.findall(_TEXT.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > DEEPEST:
            raise ValueError(f"it is nested more than {DEEPEST} deep")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    # Parsers disagree about which of two values counts
    # (RFC 8259, 4): what one checks another would use.
    if len(found) < len(pairs):
        raise ValueError("a name is given twice in one object")
    return found


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number")


def _short(text: str) -> str:
    if len(text) > LONGEST_NUMBER:
        raise ValueError("a number has too many digits")
    return text


def _check_texts(value: Any) -> None:
    if isinstance(value, str):
        if "\0" in value:
            raise ValueError("a text holds the character NUL")
        value.encode()  # half a surrogate pair is a ValueError
    elif isinstance(value, dict):
        for name, one in value.items():
            _check_texts(name)
            _check_texts(one)
    elif isinstance(value, list):
        for one in value:
            _check_texts(one)


def _query_names(dependant: Dependant) -> set[str]:
    """The parameters in the query of an endpoint and of what it depends on."""
    names = {p.alias for p in dependant.query_params}
    return names.union(*map(_query_names, dependant.dependencies))


def strict(access: ApiAccess, web: WebContext) -> type[APIRoute]:
    """The class of routes that check access before they read a body, and the names and values of parameters before all else.

    Args:
        access: its checks are made early if the endpoint depends on them.
        web: what all web pages share.
    """

    class Strict(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            answer = super().get_route_handler()
            needed = [
                d.call
                for d in self.dependant.dependencies
                if d.call in (access.require_read, access.require_write)
            ]

            names = _query_names(self.dependant)

            async def checked(request: Request) -> Response:
                # FastAPI reads the body before it asks dependencies.
                # Without a body and a query its own order is enough.
                if self.body_field is not None or request.query_params:
                    for check in needed:
                        await run_in_threadpool(check, request)
                if request.query_params:
                    check_names(request, names)
                    await run_in_threadpool(check_values, request, web)
                return await answer(StrictRequest(request.scope, request.receive))

            return checked

    return Strict
