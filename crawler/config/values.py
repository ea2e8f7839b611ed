"""The small languages inside config.yaml: durations, sizes, moments of the week, secrets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BeforeValidator,
    PlainSerializer,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
)  # fmt: skip

from crawler.config.choices import choice_meant
from crawler.config.meant_values import (
    duration_meant,
    hours_meant,
    moment_meant,
    rate_meant,
    size_meant,
    weekday_meant,
    zone_meant,
)
from crawler.config.source_kinds import SOURCE_KINDS
from crawler.model import AseanwatchError, Phrase
from crawler.plugins import ASSISTANTS, CHANNELS, JUDGES, SOURCES, installed
from crawler.runtime.near import did_you_mean, hint

_ENTRY_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
LONGEST = timedelta(days=36_500)
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_SIZES = {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9}
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WHEN = re.compile(
    r"^(?:(?P<plain>instant|hourly)|daily (?P<d>\d{2}:\d{2})|weekly (?P<day>[a-z]{3}) (?P<w>\d{2}:\d{2}))$"
)


def check_entry_name(name: str) -> None:
    """Make sure that something can be the name of an entry that programs write.

    Raises:
        AseanwatchError: it cannot.
    """
    if not _ENTRY_NAME.fullmatch(name):
        raise AseanwatchError(Phrase("%(name)s is no name; allowed: letters, digits, . _ -", name=repr(name)))


def parse_duration(value: Any) -> timedelta:
    """``30s``, ``15m``, ``12h``, ``7d`` or any sum of them (``1h30m``) as a timedelta."""
    if isinstance(value, timedelta):
        return value
    parts = re.fullmatch(r"(?:\d+(?:\.\d+)?[smhd])+", str(value).strip())
    if not parts:
        raise ValueError(
            f"{value!r} is no duration{hint(duration_meant(str(value)))}; allowed: a number and s, m, h or d, such as 30s, 15m, 12h, 7d"
        )
    found = re.findall(r"(\d+(?:\.\d+)?)([smhd])", parts[0])
    seconds = sum(float(n) * _UNITS[u] for n, u in found)
    if seconds > LONGEST.total_seconds():
        raise ValueError(f"{str(value)[:40]!r} is too long; allowed: up to {LONGEST.days}d")
    return timedelta(seconds=seconds)


def format_duration(value: timedelta) -> str:
    """The shortest form of a duration in config.yaml's language."""
    seconds = int(value.total_seconds())
    for unit, size in reversed(_UNITS.items()):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return "0s"


def parse_size(value: Any) -> int:
    """``500KB``, ``10MB``, ``1GB`` or a number of bytes."""
    if isinstance(value, int) and value > 0:
        return value
    parts = re.fullmatch(r"(\d{1,9}(?:\.\d+)?)\s*(B|KB|MB|GB)", str(value).strip().upper())
    if not parts or float(parts[1]) <= 0:
        meant = hint(size_meant(str(value)))
        raise ValueError(f"{value!r} is no size{meant}; allowed: a number and B, KB, MB or GB, such as 10MB")
    return int(float(parts[1]) * _SIZES[parts[2]])


def check_host_name(value: str) -> str:
    """A name that a web server can be asked by, without port."""
    if not re.fullmatch(
        r"(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*",
        value,
    ):
        raise ValueError(
            f"{value!r} is no name of a host; allowed: such as watch.example.org, without http:// and port"
        )
    return value.lower()


def check_network(value: str) -> str:
    """An address or a network: ``127.0.0.1``, ``10.0.0.0/8``, ``fd00::/8``; not everything."""
    try:
        found = ip_network(value)
    except ValueError:
        raise ValueError(
            f"{value!r} is no address or network; allowed: such as 127.0.0.1, 10.0.0.0/8, fd00::/8"
        ) from None
    # Everybody could then say of a client what a proxy of ours may say.
    if found.prefixlen == 0:
        raise ValueError(f"{value!r} is everybody; allowed: the addresses of your own web servers")
    return str(found)


@dataclass(frozen=True, slots=True)
class When:
    """When a subscription is due: ``kind`` is instant, hourly, daily or weekly; weekday 0 is Monday."""

    kind: str
    at: time | None = None
    weekday: int | None = None

    def __str__(self) -> str:
        at = f" {self.at:%H:%M}" if self.at else ""
        return f"weekly {_WEEKDAYS[self.weekday]}{at}" if self.weekday is not None else f"{self.kind}{at}"


def parse_when(value: Any) -> When:
    """``instant``, ``hourly``, ``daily 07:30`` or ``weekly mon 07:30``."""
    if isinstance(value, When):
        return value
    allowed = "allowed: instant, hourly, daily HH:MM, weekly mon HH:MM (mon tue wed thu fri sat sun)"
    parts = _WHEN.match(str(value).strip().lower())
    meant = hint(moment_meant(str(value)))
    if not parts:
        raise ValueError(f"{value!r} is no moment{meant}; {allowed}")
    if parts["plain"]:
        return When(parts["plain"])
    try:
        at = time.fromisoformat(parts["d"] or parts["w"])
    except ValueError:
        raise ValueError(f"{value!r} names no time of day{meant}; {allowed}") from None
    if parts["day"] is None:
        return When("daily", at)
    if parts["day"] not in _WEEKDAYS:
        raise ValueError(f"{parts['day']!r} is no weekday{did_you_mean(parts['day'], _WEEKDAYS)}; {allowed}")
    return When("weekly", at, _WEEKDAYS.index(parts["day"]))


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours of every day, from ``start`` up to ``end``; they may reach over midnight."""

    start: time
    end: time

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"

    def contains(self, at: time) -> bool:
        """Whether a time of day lies in them."""
        if self.start < self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end


def parse_hours(value: Any) -> Hours:
    """``22:00-07:00`` as hours of every day."""
    if isinstance(value, Hours):
        return value
    parts = re.fullmatch(r"(\d{2}:\d{2})\s*-\s*(\d{2}:\d{2})", str(value).strip())
    try:
        found = Hours(time.fromisoformat(parts[1]), time.fromisoformat(parts[2])) if parts else None
    except ValueError:
        found = None
    if found is None or found.start == found.end:
        meant = hint(hours_meant(str(value)))
        raise ValueError(f"{value!r} names no hours{meant}; allowed: HH:MM-HH:MM, such as 22:00-07:00")
    return found


def parse_weekday(value: Any) -> int:
    """``mon`` … ``sun`` as 0 … 6."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 6:
        return value
    if str(value) not in _WEEKDAYS:
        meant = hint(weekday_meant(str(value)))
        raise ValueError(f"{value!r} is no weekday{meant}; allowed: {', '.join(_WEEKDAYS)}")
    return _WEEKDAYS.index(str(value))


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most ``most`` in any ``window``."""

    most: int
    window: timedelta

    def __str__(self) -> str:
        unit = next(u for u, n in _UNITS.items() if n == self.window.total_seconds())
        return f"{self.most}/{unit}"


def parse_rate_limit(value: Any) -> RateLimit:
    """``20/s``, ``60/m``, ``500/h`` or ``2000/d`` as a rate limit."""
    if isinstance(value, RateLimit):
        return value
    parts = re.fullmatch(r"([1-9]\d*)\s*/\s*([smhd])", str(value).strip())
    if not parts:
        meant = hint(rate_meant(str(value)))
        raise ValueError(f"{value!r} is no rate{meant}; allowed: a number, / and s, m, h or d, such as 60/m")
    return RateLimit(int(parts[1]), timedelta(seconds=_UNITS[parts[2]]))


def resolve_local_path(value: str, info: ValidationInfo) -> str:
    """A path of this machine: a relative one begins at the folder of the configuration that names it.

    Commands are called from anywhere (cron, a service, another folder) and must all mean the same file. Without a folder
    in the context (values that no file gave, the packaged configuration) it begins at the current one.
    """
    folder: Path | None = (info.context or {}).get("folder")
    path = Path(value).expanduser() if value.startswith("~") else Path(value)
    return str(path if folder is None else folder / path)


SECRET_PARAMETERS = frozenset({"password", "sslpassword"})
"""The parameters of PostgreSQL's addresses that are secrets."""


def resolve_store_url(value: str, info: ValidationInfo) -> str:
    """An SQLAlchemy URL of SQLite or PostgreSQL. The message never repeats it: it may hold a password.

    The file of an SQLite store is a `local_path`.
    """
    allowed = "allowed: sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/NAME"
    # Processes that read documents know the configuration, and need nothing of stores: 8 MB.
    from sqlalchemy.engine import make_url  # noqa: PLC0415 - as above
    from sqlalchemy.exc import ArgumentError  # noqa: PLC0415 - as above

    try:
        url = make_url(value)
        backend = url.get_backend_name()
    except (ArgumentError, ValueError):
        # ValueError comes of a wrong port, which may be the end of
        # a password that holds @ and :, so nothing is repeated.
        raise ValueError(
            f"is no address of a store; {allowed}; signs such as @ : / in a password are written as %40 %3A %2F"
        ) from None
    if backend not in ("sqlite", "postgresql"):
        raise ValueError(f"{backend} is not supported; {allowed}")
    database = url.database
    if backend == "postgresql" and "@" in f"{url.host}{database}":
        raise ValueError("has two @; signs such as @ : / in a password are written as %40 %3A %2F")
    if backend == "postgresql" or not database or database == ":memory:":
        return value
    if database.startswith("file:"):
        raise ValueError("a file: address of SQLite is not supported; allowed: sqlite:///FILE")
    return url.set(database=resolve_local_path(database, info)).render_as_string(hide_password=False)


def check_zone(value: str) -> str:
    """The name of a time zone that the IANA data base knows."""
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(
            f"{value!r} is no time zone{hint(zone_meant(value))}; allowed: a name such as Asia/Jakarta or UTC"
        ) from None
    return value


def check_source_kind(value: str) -> str:
    """A kind of source: one of ours, or one that an installed package adds."""
    known = (*SOURCE_KINDS, *sorted(installed(SOURCES)))
    if value not in known:
        near = choice_meant(value, known)
        raise ValueError(f"{value!r} is not known{near}; allowed: {', '.join(known[:-1])} or {known[-1]}")
    return value


def check_judge_name(value: str) -> str:
    """A judge that an installed package adds."""
    known = sorted(installed(JUDGES))
    if value not in known:
        raise ValueError(
            f"no judge {value!r} is installed{did_you_mean(value, known)}; allowed: {', '.join(known) or 'none'}"
        )
    return value


def check_channel_type(value: str) -> str:
    """A type of channel: one of ours, or one that an installed package adds."""
    known = sorted(installed(CHANNELS))
    if value not in known:
        near = choice_meant(value, known)
        raise ValueError(f"{value!r} is not known{near}; allowed: {', '.join(known[:-1])} or {known[-1]}")
    return value


def check_assistant_kind(value: str) -> str:
    """A kind of assistant: one of ours, or one that an installed package adds; empty: none."""
    known = sorted(installed(ASSISTANTS)) if value else []
    if value and value not in known:
        near = choice_meant(value, known)
        raise ValueError(f"{value!r} is not known{near}; allowed: {', '.join(known[:-1])} or {known[-1]}")
    return value


def check_readable(value: str) -> str:
    """An address whose host and port can be read. It is not repeated in a complaint, for it may hold a password."""
    try:
        parts = urlsplit(value)
        is_readable = bool(parts.hostname) and parts.port != 0 and not any(c.isspace() for c in parts.netloc)
    except ValueError:
        is_readable = False
    if not is_readable:
        raise ValueError(
            "is no address: its host or port cannot be read; allowed: such as https://outlet.example/feed"
        )
    return value


_TEXT = {"type": "string"}
Duration = Annotated[
    timedelta, BeforeValidator(parse_duration), PlainSerializer(format_duration, return_type=str),
    WithJsonSchema(_TEXT | {"pattern": r"^(\d+(\.\d+)?[smhd])+$", "examples": ["15m", "7d"]}),
]  # fmt: skip
Size = Annotated[
    int, BeforeValidator(parse_size),
    WithJsonSchema({"anyOf": [{"type": "integer"}, _TEXT | {"pattern": r"^\d+(\.\d+)?\s*([kKmMgG]?[bB])$"}], "examples": ["10MB"]}),
]  # fmt: skip
Moment = Annotated[
    When, BeforeValidator(parse_when), PlainSerializer(str, return_type=str),
    WithJsonSchema(_TEXT | {"pattern": r"^(instant|hourly|daily \d\d:\d\d|weekly (mon|tue|wed|thu|fri|sat|sun) \d\d:\d\d)$"}),
]  # fmt: skip
Quiet = Annotated[
    Hours, BeforeValidator(parse_hours), PlainSerializer(str, return_type=str), WithJsonSchema(_TEXT | {"pattern": r"^\d\d:\d\d-\d\d:\d\d$"})
]  # fmt: skip
DayOff = Annotated[
    int, BeforeValidator(parse_weekday), PlainSerializer(_WEEKDAYS.__getitem__, return_type=str), WithJsonSchema({"enum": list(_WEEKDAYS)})
]  # fmt: skip
Rate = Annotated[
    RateLimit, BeforeValidator(parse_rate_limit), PlainSerializer(str, return_type=str), WithJsonSchema(_TEXT | {"pattern": r"^[1-9]\d*\s*/\s*[smhd]$"})
]  # fmt: skip
StoreUrl = Annotated[str, AfterValidator(resolve_store_url)]
Pin = Annotated[str, StringConstraints(pattern=r"^sha256//[A-Za-z0-9+/]{43}=$")]
LocalPath = Annotated[str, AfterValidator(resolve_local_path)]
Zone = Annotated[str, AfterValidator(check_zone)]
SourceKind = Annotated[
    str, AfterValidator(check_source_kind), WithJsonSchema(_TEXT | {"examples": list(SOURCE_KINDS)})
]
JudgeName = Annotated[str, AfterValidator(check_judge_name)]
ChannelType = Annotated[str, AfterValidator(check_channel_type)]
AssistantKind = Annotated[str, AfterValidator(check_assistant_kind)]
