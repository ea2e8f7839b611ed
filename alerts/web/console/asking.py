"""Before a change of topics or term sets is applied: what speaks against it is shown, and asked; and what became of it is said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from alerts.operations import tuning
from alerts.operations.objections import Objection, dependents, objections, seal
from alerts.web.console.visit import Visit
from crawler.config.load import ConfigError
from crawler.config.settings import Settings
from crawler.judging.judge import QueryError, UnknownTermSetError

LONGEST_WAIT = 5.0
"""Seconds for which it is waited that the running service takes a change over, before it is said that it will."""


@dataclass(frozen=True, slots=True)
class Asks:
    """What is asked before a change: what speaks against it, and whether it takes something out (then it is always asked)."""

    found: tuple[Objection, ...]
    wish: str
    is_blocked: bool = False
    """The file itself refers to what is to be taken out, so that it would be wrong without it."""

    @property
    def seal(self) -> str:
        """What a form brings back from whoever has seen all of this."""
        return seal([*self.found, Objection("wish", self.wish)])

    def settled(self, visit: Visit) -> bool:
        """Whether nothing is to be asked, or it was asked and answered."""
        return visit.one("sure") == self.seal or (self.wish == "apply" and not self.found)

    def noted(self) -> dict[str, Any]:
        """What the audit log keeps of it."""
        return {"although": [f"{o.kind} {o.text}" for o in self.found]} if self.found else {}


def asks_of(visit: Visit, section: str, name: str, made: tuning.Draft | None) -> Asks:
    """What is to be asked before a change is applied; None stands for taking the entry out."""
    settings = visit.settings
    after = made.settings if made is not None else _left(settings, section, name)
    with visit.store.reading() as connection:
        try:
            found = objections(connection, settings, after, section, name)
        except (QueryError, UnknownTermSetError):  # what depends on it would not even be a right configuration
            found = [Objection("dependent", text) for text in dependents(connection, settings, section, name)]
    return Asks(tuple(found), "delete" if made is None else "apply", made is None and not _can_go(visit, section, name))


def _can_go(visit: Visit, section: str, name: str) -> bool:
    try:
        tuning.draft(visit.live, section, name, None)
    except ConfigError:
        return False
    return True


def _left(settings: Settings, section: str, name: str) -> Settings:
    """The settings without one entry, right or not."""
    entries = {n: e for n, e in getattr(settings, section).items() if n != name}
    return settings.model_copy(update={section: entries})


def taken_out(visit: Visit, section: str, name: str, asks: Asks) -> Response:
    """Take an entry out, which was asked and answered.

    Raises:
        ConfigError: others in the file depend on it.
    """
    with visit.store.writing() as connection:
        tuning.apply(connection, visit.live, section, name, None, visit.person.name, visit.now)
        visit.note(connection, f"{section.removesuffix('s')}: delete", name, **asks.noted())
    return visit.to("/console/topics", f"{visit.say.say('%(name)s is taken out.', name=name)} {applied(visit)}")


def rename(visit: Visit, section: str, name: str, new: str) -> Response | Asks:
    """Give an entry another name; what is to be asked where it was not asked yet: who uses it, and is changed with it.

    Raises:
        ConfigError, AseanwatchError: the new name cannot be had.
    """
    tuning.renaming(visit.live, section, name, new)
    with visit.store.reading() as connection:
        found = [Objection("dependent", text) for text in dependents(connection, visit.settings, section, name)]
    asks = Asks((*found, Objection("renamed", f"{name} → {new}")), "rename")
    if not asks.settled(visit):
        return asks
    with visit.store.writing() as connection:
        tuning.rename(connection, visit.live, section, name, new, visit.person.name, visit.now)
        visit.note(connection, f"{section.removesuffix('s')}: rename", name, to=new)
    return visit.to(f"/console/{section}/{new}", applied(visit))


def applied(visit: Visit) -> str:
    """What has become of a change that was written: in force, to be soon, or not."""
    say = visit.say.say
    taken = visit.live.is_taken_over(LONGEST_WAIT)
    if visit.live.problem is not None:
        return say("Saved, but what was said before stays in force: %(problem)s", problem=visit.live.problem)
    if taken is None:
        return say("Applied and saved. A running service takes it over within a few seconds.")
    if taken:
        return say("Applied. The running service has taken it.")
    return say("Applied and saved. The running service takes it over as soon as what is under way has ended.")
