"""The form of preferences: from a subscription to fields and back. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from alerts.digests.wording import FRAMES, N_, words
from crawler.config.settings import Settings, Subscription
from crawler.judging.places.gazetteer import MEMBERS

LANGUAGES = ("en", "zh", "id", "ms", "vi", "th", "tl", "km", "lo", "my")
ZONES = (
    "Asia/Bangkok", "Asia/Brunei", "Asia/Dili", "Asia/Ho_Chi_Minh", "Asia/Hong_Kong", "Asia/Jakarta", "Asia/Jayapura",
    "Asia/Kuala_Lumpur", "Asia/Makassar", "Asia/Manila", "Asia/Phnom_Penh", "Asia/Shanghai", "Asia/Singapore", "Asia/Vientiane",
    "Asia/Yangon", "Europe/Berlin", "Europe/London", "America/New_York", "UTC",
)  # fmt: skip
WEEKEND = (5, 6)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_EVERY = {
    "mon": N_("every Monday"), "tue": N_("every Tuesday"), "wed": N_("every Wednesday"), "thu": N_("every Thursday"),
    "fri": N_("every Friday"), "sat": N_("every Saturday"), "sun": N_("every Sunday"),
}  # fmt: skip


def fields(settings: Settings, language: str, subscription: Subscription | None) -> dict[str, Any]:
    """The values for the template of the form: the choices of a subscription, or the defaults."""
    say = words(language)
    when = subscription.when if subscription else None
    chosen: dict[str, Any] = {
        "topics": subscription.topics if subscription else (),
        "languages": subscription.languages if subscription else (),
        "countries": subscription.countries if subscription else (),
        "asean_wide": subscription.asean_wide if subscription else True,
        "rhythm": (f"weekly {str(when).split()[1]}" if when.weekday is not None else when.kind)
        if when
        else "daily",
        "at": f"{when.at:%H:%M}" if when and when.at else "07:30",
        "timezone": (subscription and subscription.timezone) or settings.schedule.timezone,
        "quiet": str(subscription.quiet) if subscription and subscription.quiet else "",
        "weekends_off": bool(subscription)
        and set(WEEKEND) <= set(subscription.days_off if subscription else ()),
        "most": subscription.most if subscription else 40,
        "language": subscription.language if subscription else language,
    }
    # A topic that was removed stays ticked: a subscription without any topic would get all topics.
    gone = [
        (name, say.gettext("%(name)s (no longer there)", name=name))
        for name in (subscription.topics if subscription else ())
        if name not in settings.topics
    ]
    return {
        "chosen": chosen,
        "topics": [*((name, settings.topic_title(name, language)) for name in settings.topics), *gone],
        # What it has and the form does not offer stays choosable: to save the form must not take it away.
        "languages": [(code, say.language_name(code)) for code in with_own(LANGUAGES, chosen["languages"])],
        "countries": [(code, say.country(code)) for code in with_own(("CN", *sorted(MEMBERS)), chosen["countries"])],
        "rhythms": [
            ("instant", say.gettext("at once")), ("hourly", say.gettext("every hour")), ("daily", say.gettext("every day")),
            *((f"weekly {day}", say.gettext(_EVERY[day])) for day in with_own(("mon", "fri"), chosen["rhythm"].split()[1:])),
        ],
        "zones": ZONES,
        "frames": FRAMES.items(),
    }  # fmt: skip


def with_own(offered: Sequence[str], own: Sequence[str]) -> list[str]:
    """What a form offers, and what is chosen already besides."""
    return [*offered, *(value for value in own if value not in offered)]


def _days_off(is_ticked: bool, former: Subscription | None) -> tuple[str, ...]:
    """The days off: the form asks for the weekend alone, so that other days stay as they are."""
    kept = {day for day in (former.days_off if former else ()) if day not in WEEKEND}
    return tuple(_DAYS[day] for day in sorted(kept | (set(WEEKEND) if is_ticked else set())))


def choices(form: Mapping[str, Sequence[str]], former: Subscription | None = None) -> dict[str, Any]:
    """A posted form as values of a subscription.

    Args:
        form: the form.
        former: the subscription that it changes, for what the form does not ask.
    """
    first = {name: values[0].strip() for name, values in form.items() if values}
    rhythm = first.get("rhythm", "daily")
    at = first.get("at", "07:30")
    return {
        "topics": form.get("topics", ()), "languages": form.get("languages", ()), "countries": form.get("countries", ()),
        # The last value is that of the box. A form without the box leaves it as it is by itself.
        "asean_wide": (form.get("asean_wide") or ("1",))[-1] == "1",
        "when": rhythm if rhythm in ("instant", "hourly") else f"{rhythm} {at}",
        "timezone": first.get("timezone") or None, "quiet": first.get("quiet") or None,
        "days_off": _days_off(bool(first.get("weekends_off")), former),
        "most": first.get("most", "40"), "language": first.get("language", "en"),
    }  # fmt: skip
