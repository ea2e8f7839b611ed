"""The form of preferences: from a subscription to fields and back, and what is wrong with a form, field by field. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any
from zoneinfo import available_timezones

from babel.core import get_global
from pydantic import ValidationError

from alerts.digests.wording import FRAMES, N_, words
from crawler.config.settings import Settings, Subscription
from crawler.judging.text.language import LANGUAGES

_FURTHER_OUTLETS = ("JP", "KR", "IN", "AU", "US", "GB", "FR", "DE")
ZONES = (
    "Asia/Bangkok", "Asia/Brunei", "Asia/Dili", "Asia/Ho_Chi_Minh", "Asia/Hong_Kong", "Asia/Jakarta", "Asia/Jayapura",
    "Asia/Kuala_Lumpur", "Asia/Makassar", "Asia/Manila", "Asia/Phnom_Penh", "Asia/Shanghai", "Asia/Singapore", "Asia/Vientiane",
    "Asia/Yangon", "Europe/Berlin", "Europe/London", "America/New_York", "UTC",
)  # fmt: skip
"""The zones that most readers live in."""
WEEKEND = (5, 6)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_EVERY = {
    "mon": N_("every Monday"), "tue": N_("every Tuesday"), "wed": N_("every Wednesday"), "thu": N_("every Thursday"),
    "fri": N_("every Friday"), "sat": N_("every Saturday"), "sun": N_("every Sunday"),
}  # fmt: skip
ONLY, EXCEPT, ALL = "only", "except", "all"
"""What the ticks of topics mean: these come, these do not, or none was meant."""
_PROBLEMS = {
    "when": N_("Please give a time such as 07:30."),
    "timezone": N_("Please choose a city of the list."),
    "quiet": N_("Please give two times, such as 22:00-07:00."),
    "most": N_("Please give a number from 1 to 200."),
}
"""What to say at a field with a value that cannot be."""


def outlet_countries(settings: Settings) -> tuple[str, ...]:
    """Where outlets of the parties' news are, for a form to choose from."""
    between = settings.parties.sides
    taiwan = ("TW",) if between.ours.head == "CN" else ()
    own = (*between.in_order(between.ours.countries), *taiwan, *sorted(between.theirs.countries))
    return (*own, *(code for code in _FURTHER_OUTLETS if code not in own))


def fields(
    settings: Settings,
    language: str,
    subscription: Subscription | None,
    typed: Mapping[str, Sequence[str]] | None = None,
) -> dict[str, Any]:
    """The values for the template of the form.

    Args:
        settings: the configuration.
        language: of the page.
        subscription: whose choices are shown; None: the defaults.
        typed: a form that was posted and refused; it is shown as it was filled in.
    """
    say = words(language)
    own = _chosen(settings, language, subscription)
    chosen = own if typed is None else _typed(settings, language, typed)
    # A topic that was removed stays ticked: a subscription without any topic would get all topics.
    gone = [
        (name, say.gettext("%(name)s (no longer there)", name=name))
        for name in ((*subscription.topics, *subscription.except_topics) if subscription else ())
        if name not in settings.topics
    ]
    return {
        "chosen": chosen,
        "topics": [*((name, settings.topic_title(name, language)) for name in settings.topics), *gone],
        # What it has and the form does not offer stays choosable: to save the form must not take it away.
        "languages": [(code, say.language_name(code)) for code in with_own(LANGUAGES, own["languages"])],
        "group": say.party(settings.parties.sides.theirs.shown) if settings.parties.sides.theirs.is_group else "",
        "countries": [(code, say.country(code)) for code in with_own(settings.parties.sides.listed, own["countries"])],
        "rhythms": [
            ("instant", say.gettext("at once")), ("hourly", say.gettext("every hour")), ("daily", say.gettext("every day")),
            *((f"weekly {day}", say.gettext(_EVERY[day])) for day in with_own(("mon", "fri"), own["rhythm"].split()[1:])),
        ],
        "zones": ZONES,
        "zones_here": zones_here(language),
        "zones_elsewhere": zones_elsewhere(language),
        "frames": FRAMES.items(),
        # Without an assistant there is nothing to do without, unless somebody chose it while there was one.
        "offers_original": settings.assist.enabled or own["original_only"],
    }  # fmt: skip


def _chosen(settings: Settings, language: str, subscription: Subscription | None) -> dict[str, Any]:
    """What a subscription has chosen, or the defaults."""
    if subscription is None:
        return {
            "topics": (), "topics_mode": ALL, "languages": (), "countries": (), "asean_wide": True, "rhythm": "daily", "at": "07:30",
            "timezone": settings.schedule.timezone, "quiet": "", "weekends_off": False, "most": 40, "language": language, "address": "",
            "original_only": False,
        }  # fmt: skip
    when = subscription.when
    topics_mode, ticked = _topics_of(subscription)
    return {
        "topics": ticked,
        "topics_mode": topics_mode,
        "languages": subscription.languages,
        "countries": subscription.countries,
        "asean_wide": subscription.asean_wide,
        "rhythm": f"weekly {str(when).split()[1]}" if when.weekday is not None else when.kind,
        "at": f"{when.at:%H:%M}" if when.at else "07:30",
        "timezone": subscription.timezone or settings.schedule.timezone,
        "quiet": str(subscription.quiet) if subscription.quiet else "",
        "weekends_off": set(WEEKEND) <= set(subscription.days_off),
        "most": subscription.most,
        "language": subscription.language,
        "address": "",
        "original_only": subscription.original_only,
    }


def _typed(settings: Settings, language: str, form: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """What a refused form says, field by field."""
    shown = _chosen(settings, language, None)
    for name in ("topics", "languages", "countries"):
        shown[name] = form.get(name, ())
    first = _first_values(form)
    for name in ("topics_mode", "rhythm", "at", "timezone", "quiet", "most", "language", "address"):
        shown[name] = first.get(name, shown[name])
    shown["asean_wide"] = _is_asean_wide(form)
    shown["original_only"] = _is_original_only(form, None)
    shown["weekends_off"] = bool(first.get("weekends_off"))
    return shown


def _first_values(form: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {name: values[0].strip() for name, values in form.items() if values}


def _is_asean_wide(form: Mapping[str, Sequence[str]]) -> bool:
    """Whether the box is ticked: the last value is its own. A form without the box leaves it as it is by itself."""
    return (form.get("asean_wide") or ("1",))[-1] == "1"


def _is_original_only(form: Mapping[str, Sequence[str]], former: Subscription | None) -> bool:
    """Whether the box is ticked; a form without the box leaves it as it was."""
    if "original_only" not in form:
        return former is not None and former.original_only
    return form["original_only"][-1] == "1"


def with_own(offered: Sequence[str], own: Sequence[str]) -> list[str]:
    """What a form offers, and what is chosen already besides."""
    return [*offered, *(value for value in own if value not in offered)]


def _days_off(is_ticked: bool, former: Subscription | None) -> tuple[str, ...]:
    """The days off: the form asks for the weekend alone, so that other days stay as they are."""
    kept = {day for day in (former.days_off if former else ()) if day not in WEEKEND}
    return tuple(_DAYS[day] for day in sorted(kept | (set(WEEKEND) if is_ticked else set())))


def _chosen_topics(
    form: Mapping[str, Sequence[str]], former: Subscription | None
) -> dict[str, Sequence[str]]:
    """The topics that come, and those that do not, as a form says it."""
    before, was_ticked = _topics_of(former)
    ticked = _as_before(form.get("topics", ()), was_ticked)
    mode = _topics_mode(form, before)
    if former is not None and (mode, set(ticked)) == (before, set(was_ticked)):
        return {"topics": former.topics, "except_topics": former.except_topics}
    return {"topics": ticked if mode == ONLY else (), "except_topics": ticked if mode == EXCEPT else ()}


def _topics_mode(form: Mapping[str, Sequence[str]], before: str) -> str:
    """What the ticks of a form mean, where they meant something before."""
    mode = _first_values(form).get("topics_mode", "")
    if mode in (ONLY, EXCEPT):
        return mode
    # Whoever ticks topics and leaves "all" wants those; whoever leaves the ticks and chooses "all" wants all.
    return ONLY if form.get("topics") and (before == ALL or mode != ALL) else ALL


def _topics_of(subscription: Subscription | None) -> tuple[str, Sequence[str]]:
    """What the ticks of a subscription mean, and what is ticked."""
    if subscription is None:
        return ALL, ()
    # A form can say either; a subscription that has both shows what is left.
    left = [t for t in subscription.topics if t not in subscription.except_topics]
    if left:
        return ONLY, left
    return (EXCEPT, subscription.except_topics) if subscription.except_topics else (ALL, ())


def _as_before(ticked: Sequence[str], before: Sequence[str]) -> tuple[str, ...]:
    """What is ticked, in the order that it had; what is new goes to the end."""
    return (*(v for v in before if v in ticked), *(v for v in dict.fromkeys(ticked) if v not in before))


def topics_problem(form: Mapping[str, Sequence[str]], former: Subscription | None = None) -> str | None:
    """Why the topics of a form cannot be meant so, as a message of the catalogue; None if they can."""
    is_bare = _topics_mode(form, _topics_of(former)[0]) == ONLY and not form.get("topics")
    return N_("Please tick the topics that are to come, or choose all.") if is_bare else None


def choices(form: Mapping[str, Sequence[str]], former: Subscription | None = None) -> dict[str, Any]:
    """A posted form as values of a subscription.

    Args:
        form: the form.
        former: the subscription that it changes, for what the form does not ask.
    """
    first = _first_values(form)
    rhythm = first.get("rhythm", "daily")
    at = first.get("at", "07:30")
    return {
        **_chosen_topics(form, former),
        "languages": _as_before(form.get("languages", ()), former.languages if former else ()),
        "countries": _as_before(form.get("countries", ()), former.countries if former else ()),
        "asean_wide": _is_asean_wide(form), "original_only": _is_original_only(form, former),
        "when": rhythm if rhythm in ("instant", "hourly") else f"{rhythm} {at}",
        "timezone": first.get("timezone") or None, "quiet": first.get("quiet") or None,
        "days_off": _days_off(bool(first.get("weekends_off")), former),
        "most": first.get("most", "40"), "language": first.get("language", "en"),
    }  # fmt: skip


def problems(
    settings: Settings, language: str, form: Mapping[str, Sequence[str]], former: Subscription | None = None
) -> dict[str, str]:
    """What is wrong with a posted form: by field, in the reader's words, without repeating what was typed.

    Args:
        settings: the configuration.
        language: of the page.
        form: what was posted.
        former: the subscription that it changes; topics that it has and the configuration has no longer may stay.
    """
    say, wanted = words(language), choices(form, former)
    kept = (*former.topics, *former.except_topics) if former else ()
    found: dict[str, str] = {}
    if problem := topics_problem(form, former):
        found["topics"] = say.gettext(problem)
    if not {*wanted["topics"], *wanted["except_topics"]} <= {*settings.topics, *kept}:
        found["topics"] = say.gettext("Please choose from the list.")
    try:
        Subscription.model_validate({**wanted, "name": "form"})
    except ValidationError as error:
        for each in error.errors():
            # A rule between several fields names none of them; the rhythm is where it shows.
            name = str(each["loc"][0]) if each["loc"] else "when"
            name = "topics" if name == "except_topics" else name
            found[name] = say.gettext(_PROBLEMS.get(name, N_("Please choose from the list.")))
    return found


@lru_cache(maxsize=16)
def zones_here(language: str) -> tuple[tuple[str, str], ...]:
    """The zones of the region and of where most other readers are, each with its city, in the order of the names."""
    return _named(ZONES, language)


@lru_cache(maxsize=16)
def zones_elsewhere(language: str) -> tuple[tuple[str, str], ...]:
    """All other zones, each with its city."""
    return _named(_elsewhere(), language)


def is_zone(name: str) -> bool:
    """Whether the lists offer a zone of that name."""
    return name in ZONES or name in _elsewhere()


@cache
def _elsewhere() -> frozenset[str]:
    known = {zone for zone in get_global("zone_territories") if "/" in zone and not zone.startswith("Etc/")}
    return frozenset(known & available_timezones() - set(ZONES))


def _named(zones: Iterable[str], language: str) -> tuple[tuple[str, str], ...]:
    say = words(language)
    return tuple(sorted(((zone, say.zone(zone)) for zone in zones), key=lambda named: named[1]))
