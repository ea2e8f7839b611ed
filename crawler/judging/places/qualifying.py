"""What a province beside a place says of it: which of several places is meant, or that it is none that we know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from crawler.judging.places.distances import kilometres
from crawler.judging.places.gazetteer import Place, gazetteer
from crawler.judging.places.known_places import is_small, position_of
from crawler.judging.places.mentions import PlaceMention, between
from crawler.judging.text.matching import Findings
from crawler.judging.weights import weights

_KINDS = frozenset(
    {"", "in", "di", "province", "provinsi", "propinsi", "tỉnh", "จังหวัด", "จ.", "แขวง", "รัฐ", "ແຂວງ", "ខេត្ត",
     "lalawigan ng", "sa lalawigan ng", "negeri", "kab.", "kabupaten", "in province"}
)  # fmt: skip
"""What may stand between a place and its province behind it."""
_JOINING_HAN = " 省州市的"


def meant_beside(findings: Findings, mention: PlaceMention, beside: Sequence[PlaceMention]) -> Place | None:
    """The place that a mention means beside others; None where a province of another country stands before it.

    Args:
        findings: what was found where.
        mention: the place.
        beside: the mentions around it.
    """
    place = mention.place
    known = gazetteer(findings.parties)
    for other in beside:
        side = _side(findings, other, mention)
        if not side or other.place == place:
            continue
        if side == "before" and other.place.country != place.country and not other.of_institution:
            return None  # 高平省重庆县 is no city of China
        # Guangxi's Pingxiang is not Jiangxi's.
        if place.province and other.place.country == place.country and other.place.name != place.province:
            whole = f"{place.name}, {other.place.name}"
            return (
                replace(place, name=whole, province=other.place.name) if whole in known.country_of else None
            )
    return place


def is_qualified(findings: Findings, mention: PlaceMention, beside: Sequence[PlaceMention]) -> bool:
    """Whether a province of its country stands right beside a place."""
    # Provinces beside each other are a list.
    return not _is_province(mention) and any(
        other.place.country == mention.place.country and _side(findings, other, mention) for other in beside
    )


def only_qualifies(findings: Findings, mention: PlaceMention, beside: Sequence[PlaceMention]) -> bool:
    """Whether a place is a province that only says where another place lies: "Dungun, Terengganu", 老街省沙坝.

    Indonesian regencies do, too: "Palabuhanratu, Kabupaten Sukabumi".
    """
    return any(
        other.place.is_city
        and other.place.country == mention.place.country
        and not _is_province(other)
        and (_side(findings, mention, other) or _is_regency_of(findings, mention, other))
        for other in beside
    )


def _is_regency_of(findings: Findings, regency: PlaceMention, mention: PlaceMention) -> bool:
    """Whether a regency stands right behind a place that lies in it."""
    what = between(findings, mention, regency)
    return (
        what is not None
        and what.strip(" ,(").casefold() in ("kabupaten", "kab.")
        and may_hold(regency.place.name, mention.place.name)
    )


def _side(findings: Findings, province: PlaceMention, mention: PlaceMention) -> str:
    """Whether a province stands right "before" or "behind" a place; empty where it does not."""
    if not _is_province(province) or not may_hold(province.place.name, mention.place.name):
        return ""
    what = between(findings, province, mention)
    if what is not None and 0 <= mention.low - province.high <= len(_JOINING_HAN) - 1:
        return "before" if not what.strip(_JOINING_HAN) and len(what) < len("省 的") else ""
    what = between(findings, mention, province)
    if what is None or not 0 <= province.low - mention.high <= weights().locating.qualifier:
        return ""
    return "behind" if what.strip(" ,(（").casefold() in _KINDS else ""


def may_hold(province: str, place: str) -> bool:
    """Whether a place may lie in a province: it does not where the province's seat of that name is too far away."""
    here, there = position_of(province), position_of(place)
    if here is None or there is None or is_small(province) or is_small(place):
        return True
    return kilometres(here, there) <= weights().locating.province


def _is_province(mention: PlaceMention) -> bool:
    return mention.place.name in gazetteer(mention.parties).provinces
