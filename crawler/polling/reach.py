"""Failures summed up: those of one cause on one line, and that nothing at all can be reached on one line. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from crawler.model import Phrase, SourceFailure

LEAST_ALIKE = 3
"""Failures of one cause that are summed up; fewer are told one by one."""
NAMED = 3
"""Sources that a line of many names."""
_UNREACHED = ("dns", "proxy", "unreachable", "refused", "timeout", "broken", "guard", "tls")
"""Kinds of failure that the network before a site can be the cause of, besides those of certificates."""
_PROXIES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")
_SAID = {
    "guard": "the address leads to a private network",
    "busy": "the server asks to be left alone for a while",
    "resting": "the site asked to be left alone for a while",
}
"""What failures have in common that name a host or a time each."""


class AlikeFailures(NamedTuple):
    """Failures of one cause: ``message`` in words, without what each is about, and the sources that have it."""

    message: str
    failures: tuple[SourceFailure, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        """Their names, each once."""
        return tuple(dict.fromkeys(f.source for f in self.failures))


def by_cause(failures: Iterable[SourceFailure]) -> list[AlikeFailures]:
    """The failures by their causes, those of the most sources first."""
    found: dict[tuple[str, str], list[SourceFailure]] = {}
    for failure in failures:
        cause = _SAID.get(failure.kind) or failure.message.removeprefix(f"{failure.about}: ")
        found.setdefault((failure.kind, cause), []).append(failure)
    alike = []
    for (_, cause), own in found.items():
        # Of one site the time until which it rests is the same.
        same = own[0].message if len({f.message for f in own}) == 1 else cause
        alike.append(AlikeFailures(same, tuple(own)))
    return sorted(alike, key=lambda a: -len(a.failures))


def summed_up(failures: Iterable[SourceFailure], *, verbose: bool = False) -> list[str]:
    """Lines for people: alike failures on one, all others on one each.

    Args:
        failures: what went wrong.
        verbose: whether each failure is told by itself.
    """
    lines = []
    for alike in by_cause(failures):
        if verbose or len(alike.failures) < LEAST_ALIKE:
            lines += [f"{f.source}: {f.message}" for f in alike.failures]
            continue
        names = ", ".join(alike.sources[:NAMED]) + (", …" if len(alike.sources) > NAMED else "")
        what = "pages" if alike.failures[0].about else "sources"
        count = len(alike.failures) if what == "pages" else len(alike.sources)
        # Several notes of one source are no several sources.
        lead = f"{count} {what}" if count > 1 else f"{len(alike.failures)} times"
        lines.append(f"{lead}: {alike.message} ({names})")
    return lines


def unreached(
    failures: Sequence[SourceFailure], asked: int, environment: Mapping[str, str], proxy: str | None = None
) -> Phrase | None:
    """That nothing at all could be reached, with the likely cause and what to do; None where something was, or nothing was asked.

    Args:
        failures: of the sources that were asked.
        asked: how many were.
        environment: the variables of the process; a proxy that it names is a likely cause.
        proxy: the host of ``crawl.proxy``, where it is set.
    """
    kinds = [_network_kind(f.kind) for f in failures]
    if not failures or len(failures) < asked or None in kinds:
        return None
    most = max(set(kinds), key=kinds.count)
    if proxy:
        return Phrase(
            "none of %(count)s sources could be reached through the proxy %(proxy)s of crawl.proxy: is it there, and does it let"
            " this machine out?",
            count=asked,
            proxy=proxy,
        )
    if name := next((n for n in _PROXIES if environment.get(n)), None):
        return Phrase(
            "none of %(count)s sources could be reached: the environment names a proxy in %(name)s, and aseanwatch uses only that"
            " of config.yaml; write under crawl: proxy: ${%(name)s}",
            count=asked,
            name=name,
        )
    # What one site lacks says nothing of the network.
    if asked < 2 or len({f.source for f in failures}) < 2:
        return None
    return _CURES[most or ""](asked)


def _network_kind(kind: str) -> str | None:
    if kind.startswith("certificate"):
        return "certificate"
    return kind if kind in _UNREACHED else None


def _of_names(count: int) -> Phrase:
    return Phrase(
        "none of %(count)s sources could be reached, for no host name could be looked up: is this machine connected, and does its"
        " name server answer (/etc/resolv.conf)?",
        count=count,
    )


def _of_route(count: int) -> Phrase:
    return Phrase(
        "none of %(count)s sources could be reached, for no connection leads out: is this machine connected, does a firewall hold"
        " it, or does its network want a proxy (crawl.proxy)?",
        count=count,
    )


def _of_private(count: int) -> Phrase:
    return Phrase(
        "none of %(count)s sources could be reached, for all host names lead to private addresses: is this a network with a"
        " sign-in page, or with a filter of names?",
        count=count,
    )


def _of_certificates(count: int) -> Phrase:
    return Phrase(
        "none of %(count)s sources could be reached, for no certificate is believed: where a proxy of your network opens secure"
        " connections, name the file of its authority in SSL_CERT_FILE; look at this machine's clock, too",
        count=count,
    )


_CURES = {
    "dns": _of_names, "proxy": _of_names, "unreachable": _of_route, "refused": _of_route, "timeout": _of_route,
    "broken": _of_route, "guard": _of_private, "tls": _of_certificates, "certificate": _of_certificates,
}  # fmt: skip
