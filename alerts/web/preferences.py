"""The form of preferences: from a subscription to fields and back. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from alerts.digests.wording import FRAMES, words
from crawler.config.settings import Settings, Subscription
from crawler.judging.places.gazetteer import MEMBERS

LANGUAGES = ("en", "zh", "id", "ms", "vi", "th", "tl", "km", "lo", "my")
ZONES = (
    "Asia/Bangkok", "Asia/Brunei", "Asia/Dili", "Asia/Ho_Chi_Minh", "Asia/Hong_Kong", "Asia/Jakarta", "Asia/Jayapura",
    "Asia/Kuala_Lumpur", "Asia/Makassar", "Asia/Manila", "Asia/Phnom_Penh", "Asia/Shanghai", "Asia/Singapore", "Asia/Vientiane",
    "Asia/Yangon", "Europe/Berlin", "Europe/London", "America/New_York", "UTC",
)  # fmt: skip
WEEKEND = (5, 6)


def fields(settings: Settings, language: str, subscription: Subscription | None) -> dict[str, Any]:
    """The values for the template of the form: the choices of a subscription, or the defaults."""
    say = words(language)
    when = subscription.when if subscription else None
    chosen = {
        "topics": subscription.topics if subscription else (),
        "languages": subscription.languages if subscription else (),
        "countries": subscription.countries if subscription else (),
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
        "languages": [(code, say.language_name(code)) for code in LANGUAGES],
        "countries": [(code, say.country(code)) for code in ("CN", *sorted(MEMBERS))],
        "rhythms": [
            ("instant", say.gettext("at once")), ("hourly", say.gettext("every hour")), ("daily", say.gettext("every day")),
            ("weekly mon", say.gettext("every Monday")), ("weekly fri", say.gettext("every Friday")),
        ],
        "zones": ZONES,
        "frames": FRAMES.items(),
    }  # fmt: skip


def choices(form: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """A posted form as values of a subscription."""
    first = {name: values[0].strip() for name, values in form.items() if values}
    rhythm = first.get("rhythm", "daily")
    at = first.get("at", "07:30")
    return {
        "topics": form.get("topics", ()), "languages": form.get("languages", ()), "countries": form.get("countries", ()),
        "when": rhythm if rhythm in ("instant", "hourly") else f"{rhythm} {at}",
        "timezone": first.get("timezone") or None, "quiet": first.get("quiet") or None,
        "days_off": ("sat", "sun") if first.get("weekends_off") else (),
        "most": first.get("most", "40"), "language": first.get("language", "en"),
    }  # fmt: skip
