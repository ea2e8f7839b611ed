"""The log as the configuration wants it: its form, its level, and the secrets that stay out of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from pydantic import BaseModel, SecretStr
from sqlalchemy import make_url

from crawler.config.settings import Settings
from crawler.config.values import SECRET_PARAMETERS
from crawler.runtime import logs

_KEYS = re.compile(r"(?i)auth|cookie|token|key|secret|passw|credential")
"""Names of headers that hold keys."""


def set_up(settings: Settings) -> None:
    """Log to standard error as ``logs`` of the configuration says, without any of its secrets."""
    logs.set_up(settings.logs.format, settings.logs.level, secrets_of(settings))


def secrets_of(settings: Settings) -> set[str]:
    """The secret values of a configuration: also the passwords of its store and its proxy, and what sources are asked with."""
    found = set(_secrets_in(settings))
    url = make_url(settings.storage.url)
    found |= {str(value) for name, value in url.query.items() if name in SECRET_PARAMETERS}
    if url.password:
        found |= {str(url.password), quote(str(url.password), safe="")}
    if settings.crawl.proxy and (password := urlsplit(settings.crawl.proxy).password):
        found |= {password, unquote(password)}
    headers = (item for source in settings.sources for item in source.headers.items())
    found |= {
        # "Bearer KEY": the key alone is a secret as well.
        part
        for name, value in headers
        if _KEYS.search(name)
        for part in (value, value.rpartition(" ")[2])
    }
    return found - {""}


def _secrets_in(value: Any) -> Iterable[str]:
    if isinstance(value, SecretStr):
        yield value.get_secret_value()
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _secrets_in(getattr(value, name))
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _secrets_in(inner)
    elif isinstance(value, tuple | list):
        for inner in value:
            yield from _secrets_in(inner)
