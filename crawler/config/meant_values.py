"""What was meant by a duration, size, moment or zone that is written otherwise than config.yaml has it. Only for complaints."""

from __future__ import annotations

import re
import unicodedata
from zoneinfo import available_timezones

from crawler.runtime.near import nearest

_UNITS = {
    "s": "s sec secs second seconds detik giây วินาที 秒",
    "m": "m min mins minute minutes menit phút นาที 分 分钟",
    "h": "h hr hrs hour hours std jam giờ ชั่วโมง 小时 时",
    "d": "d day days tag tage hari ngày วัน 天 日",
}
_UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in words.split()}
_LONG = {"week": 7, "weeks": 7, "w": 7, "wk": 7, "month": 30, "months": 30, "year": 365, "years": 365, "y": 365, "周": 7, "月": 30, "年": 365}  # fmt: skip
_DAYS = {
    "mon": "monday mo senin 周一", "tue": "tuesday tues di selasa 周二", "wed": "wednesday mi rabu 周三", "thu": "thursday thur thurs kamis 周四",
    "fri": "friday fr jumat 周五", "sat": "saturday sa sabtu 周六", "sun": "sunday so minggu 周日",
}  # fmt: skip
_DAY_OF = {word: day for day, words in _DAYS.items() for word in (day, *words.split())}
_ZONES = {
    "wib": "Asia/Jakarta", "wita": "Asia/Makassar", "wit": "Asia/Jayapura", "ict": "Asia/Bangkok", "sgt": "Asia/Singapore",
    "myt": "Asia/Kuala_Lumpur", "pht": "Asia/Manila", "mmt": "Asia/Yangon", "hkt": "Asia/Hong_Kong", "beijing": "Asia/Shanghai",
    "hanoi": "Asia/Bangkok", "saigon": "Asia/Ho_Chi_Minh", "rangoon": "Asia/Yangon", "cst": "Asia/Shanghai", "gmt": "UTC", "z": "UTC",
    "+7": "Asia/Bangkok", "+8": "Asia/Singapore", "+6:30": "Asia/Yangon", "+9": "Asia/Tokyo", "+0": "UTC",
}  # fmt: skip


def duration_meant(text: str) -> str | None:
    """``5m`` for ``5 minutes``, ``7d`` for ``1 week``, ``30s`` for ``30``."""
    low = text.strip().casefold()
    iso = re.fullmatch(r"p(?:(\d+)d)?(?:t(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?)?", low)
    if iso and any(iso.groups()):
        return "".join(f"{n}{u}" for n, u in zip(iso.groups(), "dhms", strict=True) if n)
    if re.fullmatch(r"\d+(\.\d+)?", low):
        return f"{low}s"
    if clock := re.fullmatch(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", low):
        return (
            "".join(f"{int(n)}{u}" for n, u in zip(clock.groups(), "hms", strict=True) if n and int(n))
            or None
        )
    parts = re.findall(r"(\d+(?:\.\d+)?)\s*([^\W\d]+)", low)
    if not parts or re.sub(r"(\d+(?:\.\d+)?)\s*([^\W\d]+)|and|[\s,]", "", low):
        return None
    made = ""
    for number, word in parts:
        if word in _UNIT_OF:
            made += f"{number}{_UNIT_OF[word]}"
        elif word in _LONG:
            made += f"{round(float(number) * _LONG[word])}d"
        else:
            return None
    return made


def size_meant(text: str) -> str | None:
    """``10MB`` for ``10 MiB``, ``10M`` or ``10 megabytes``."""
    found = re.fullmatch(
        r"(\d+(?:[.,]\d+)?)\s*([kmg])(?:i?b(?:ytes?)?|ilobytes?|egabytes?|igabytes?)?",
        text.strip().casefold(),
    )
    return f"{found[1].replace(',', '.')}{found[2].upper()}B" if found else None


def rate_meant(text: str) -> str | None:
    """``60/m`` for ``60 per minute`` or ``60/min``."""
    found = re.fullmatch(r"(\d+)\s*(?:/|per|a|p)?\s*([^\W\d]+)", text.strip().casefold())
    unit = _UNIT_OF.get(found[2].removeprefix("per").strip()) if found else None
    return f"{found[1]}/{unit}" if found and unit and int(found[1]) else None


def _clock(text: str) -> str | None:
    text = unicodedata.normalize("NFKC", text)  # full-width colons and digits
    found = re.search(r"(\d{1,2})\s*(?:[:.h点點時时]\s*(\d{1,2})(?!\d))?\s*(am|pm)?", text)
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3] == "pm" and hour < 12:
        hour += 12
    elif found[3] == "am" and hour == 12:
        hour = 0
    if hour == 24 and minute == 0:
        hour = 0
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None


def moment_meant(text: str) -> str | None:
    """``daily 07:30`` for ``7:30`` or ``every day at 7.30am``; ``weekly mon 07:30`` for ``monday 7:30``."""
    low = text.strip().casefold()
    day = next((_DAY_OF[word] for word in re.findall(r"[^\W\d]+", low) if word in _DAY_OF), None)
    clock = _clock(low)
    if day:
        return f"weekly {day} {clock or '07:30'}"
    if clock:
        return f"daily {clock}"
    if re.search("immediate|at once|now|sofort|立即|realtime|real-time", low):
        return "instant"
    if re.search("da[iy]l?y|every day|每天", low):
        return "daily 07:30"
    if re.search("week|每周", low):
        return "weekly mon 07:30"
    return nearest(low, ("instant", "hourly", "daily 07:30", "weekly mon 07:30"))


def hours_meant(text: str) -> str | None:
    """``22:00-07:00`` for ``22-7``, ``10pm to 7am`` or ``22:00–07:00``."""
    parts = re.split(r"\s*(?:-|–|—|~|to|until|bis|sampai|至|到)\s*", text.strip().casefold())
    clocks = [_clock(part) for part in parts]
    if len(clocks) != 2 or None in clocks or clocks[0] == clocks[1]:
        return None
    return f"{clocks[0]}-{clocks[1]}"


def weekday_meant(text: str) -> str | None:
    """``sat`` for ``Saturday``."""
    return _DAY_OF.get(text.strip().casefold())


def zone_meant(text: str) -> str | None:
    """``Asia/Jakarta`` for ``Asia/Jakata``, ``Jakarta`` or ``WIB``; ``Asia/Bangkok`` for ``UTC+7``."""
    low = text.strip().casefold().replace(" ", "_")
    if found := _ZONES.get(re.sub(r"^(?:utc|gmt)(?=[+-])", "", re.sub(r"(?<=[+-])0(?=\d)|:00$", "", low))):
        return found
    if found := _ZONES.get(low.rpartition("/")[2]):
        return found
    known = available_timezones()
    cities = {
        zone.rpartition("/")[2].casefold(): zone
        for zone in sorted(known, reverse=True)
        if zone.startswith("Asia/") or "/" in zone
    }
    if low in cities:
        return cities[low]
    near = nearest(low, known)
    if near is None and (city := nearest(low.rpartition("/")[2], cities)) is not None:
        return cities[city]
    return near
