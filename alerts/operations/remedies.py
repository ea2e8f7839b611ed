"""What is done about each kind of trouble, and how the verdict on the service tells it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from alerts.digests.wording import N_
from alerts.operations.incidents import Trouble
from crawler.model import Phrase


@dataclass(frozen=True, slots=True)
class ServiceMatter:
    """Something that is wrong.

    Attributes:
        kind: a short stable word.
        about: what it concerns.
        message: what is wrong.
        advice: what to do.
        link: the page of the console to do it on; empty if there is none.
        command: the command that shows more, or mends it.
    """

    kind: str
    about: str
    message: Phrase
    advice: Phrase
    link: str
    command: str = ""


@dataclass(frozen=True, slots=True)
class Remedy:
    """How a kind of trouble is told here, and what is done about it.

    Attributes:
        advice: what to do.
        link: the page of the console to do it on.
        command: the command that shows more, or mends it.
        message: a shorter message with the same values; the trouble's own names commands, which pages do not need.
        clause: what the verdict says of it.
    """

    advice: Phrase
    link: str = ""
    command: str = ""
    message: str = ""
    clause: str = ""


REMEDIES: Mapping[str, Remedy] = {
    "coverage": Remedy(
        Phrase("look for other sources, or for the new addresses of these"), "/console/sources", "aseanwatch coverage"
    ),
    "channel off": Remedy(
        Phrase("mend its settings, then try it again among the deliveries"), "/console/deliveries",
        "aseanwatch deliveries resume %(name)s", N_("channel %(name)s is switched off since %(since)s: %(error)s"),
        N_("channel %(name)s is switched off"),
    ),
    "channel": Remedy(
        Phrase("nothing yet: it is tried again by itself, or now among the deliveries"), "/console/deliveries",
        "aseanwatch deliveries resume %(name)s", "", N_("channel %(name)s cannot be used"),
    ),
    "waiting": Remedy(
        Phrase("see what keeps the first of them"), "/console/deliveries?status=pending",
        "aseanwatch deliveries list --status pending",
    ),
    "entries": Remedy(
        Phrase("try them again, or drop them"), "/console/health#waiting", "aseanwatch entries waiting",
        N_("entries that wait for more than %(length)s to become articles: %(count)s"),
    ),
    "given up": Remedy(
        Phrase("read what the other end said, mend it, then try again"), "/console/deliveries?status=failed",
        "aseanwatch deliveries list --status failed", N_("given up on channel %(name)s: %(count)s (the last: %(error)s)"),
        N_("messages given up: %(count)s"),
    ),
    "complaints": Remedy(
        Phrase("look who is written to, and whether they asked for it"), "/console/subscriptions",
        "aseanwatch suppressions list", N_("readers who complained of spam and get no more mail: %(count)s"),
        N_("complaints of readers: %(count)s"),
    ),
    "configuration": Remedy(
        Phrase("mend config.yaml: aseanwatch check says all that is wrong with it"), "/console/changes",
        "aseanwatch check", "", N_("config.yaml is wrong, and what it said before stays in force"),
    ),
    "restart": Remedy(Phrase("start the service again when it suits"), clause=N_("a changed setting waits for a restart")),
    "disk": Remedy(Phrase("free some space, or make storage.keep shorter"), clause=N_("the disk is nearly full")),
    "backup": Remedy(
        Phrase("mend what the message says, then make one: aseanwatch db backup"), command="aseanwatch db backup",
        clause=N_("backups are not made"),
    ),
    "assistant": Remedy(
        Phrase("nothing yet if it comes back by itself; else mend the section assist of config.yaml"), "/console/health#assistants",
        "aseanwatch assist status", "", N_("an assistant gives no answers"),
    ),
    "queue": Remedy(
        Phrase("see what the workers do: aseanwatch units list"), command="aseanwatch units list",
        clause=N_("work waits for workers"),
    ),
}  # fmt: skip
"""By kind of trouble (`alerts.operations.incidents`)."""


def _remedy(trouble: Trouble) -> Remedy:
    return REMEDIES["entries" if trouble.about == "entries" else trouble.kind]


def matter_of(trouble: Trouble) -> ServiceMatter:
    """A trouble as a matter of the verdict."""
    remedy = _remedy(trouble)
    message = trouble.message
    # The name of a language or country is told apart, in the reader's words.
    of_group = message.values.get("problem") if trouble.kind == "coverage" else None
    if isinstance(of_group, Phrase):
        message = of_group
    elif remedy.message:
        message = Phrase(remedy.message, **message.values)
    command = remedy.command.replace("%(name)s", trouble.about)
    return ServiceMatter(trouble.kind, trouble.about, message, remedy.advice, remedy.link, command)


def clauses_on(troubles: Iterable[Trouble]) -> Iterator[Phrase]:
    """What the verdict says of trouble that nothing else of it tells; each sentence once."""
    found = {}
    for trouble in troubles:
        if text := _remedy(trouble).clause:
            clause = Phrase(text, **trouble.message.values) if "%(" in text else Phrase(text)
            found[str(clause)] = clause
    yield from found.values()
