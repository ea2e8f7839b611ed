"""A configuration for a desk of other parties, written from data: ``aseanwatch init --for india-africa``. Pure.

It extends the packaged one: its topics and words of cooperation are of no party. What is of China and ASEAN in it is taken out,
and what follows the parties is put in its place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from babel.languages import get_official_languages

from crawler.judging.parties import Parties, Party
from crawler.judging.places.gazetteer import gazetteer
from crawler.judging.places.party_sets import BOTH, ELSEWHERE, OURS, THEIRS
from crawler.judging.territories import (
    UnknownTerritoryError,
    english_name,
    is_country,
    name_in,
    parties,
    party,
    regions,
    territory,
)
from crawler.judging.text.terms import REFERENCE
from crawler.runtime.data_tables import table
from crawler.runtime.zones import zones_of_countries

RELEVANCE = {"ours": OURS, "theirs": THEIRS, "both": BOTH, "elsewhere": ELSEWHERE}
"""The keys of ``relevance`` that name parties, with the sets that follow the configuration's."""
SEARCH = "https://news.google.com/rss/search?q={query}&hl=%(lang)s&gl=%(country)s&ceid=%(country)s:%(lang)s"
"""A search for news, by language and country, as the packaged configuration has it for its own."""
_MOST_IN_QUERY = 12
"""Countries of a side that one search asks for; engines cut longer queries."""
_MOST_SEARCHES = 12
_TWO_OF_A_NAME = {"congo": ("CG", "CD"), "korea": ("KR", "KP")}
_APART = 0.1
"""The share of a side's countries outside the other by which it is not yet apart from it."""
_LEADING = 3
"""Countries of a group that are searched for on our side, beside the group itself."""


def parties_named(text: str) -> Parties:
    """The parties of a short form: ``india-africa``, ``india:africa``, ``JP,KR:ASEAN``, ``EU:MERCOSUR``.

    Raises:
        UnknownTerritoryError: it names none, more than two sides, or what is not known; the message has near names.
    """
    found = _read(text)
    for side, other in (found.sides, found.sides[::-1]):
        inner, outer = party(side.codes).countries, party(other.codes).countries
        # India and the rest of BRICS are two; Germany and the EU, Japan and Asia are not.
        # Cyprus is of the EU and, in UN M.49, of Asia.
        if len(inner - outer) <= len(inner) * _APART and any(
            code == "EU" or code in regions() for code in other.wholes
        ):
            raise UnknownTerritoryError(
                f"{_said(side)} lies in {_said(other)}; write sides that are apart, or the other countries one by one"
            )
    return found


def described(between: Parties) -> str:
    """Whom a short form was understood to name, with what is easily mistaken: "ours: EU (27 countries), theirs: India"."""
    sides = (
        f"{name}: {_side_in_words(side)}"
        for name, side in zip(("ours", "theirs"), between.sides, strict=True)
    )
    return ", ".join(sides)


def doubt(text: str) -> str | None:
    """What else a short form may mean by a name that two countries have; None where there is no doubt."""
    written = {part.strip().casefold() for part in re.split(r"[:,-]", text)}
    for name, (taken, other) in _TWO_OF_A_NAME.items():
        if name in written:
            return f"{name.title()} was read as {taken} ({english_name(taken)}); write {other} for {english_name(other)}"
    return None


def _side_in_words(side: Party) -> str:
    names = [english_name(code) for code in side.codes]
    many = f" ({len(side.countries)} countries)" if side.is_group else ""
    return f"{', '.join(names)}{many}"


def _read(text: str) -> Parties:
    if ":" in text:
        ours, _, theirs = text.partition(":")
        return parties(_names(ours), _names(theirs))
    words = text.split("-")
    # A name may have a dash of its own: guinea-bissau-india.
    for place in range(1, len(words)):
        one, other = "-".join(words[:place]), "-".join(words[place:])
        if _are_known(one) and _are_known(other):
            return parties(_names(one), _names(other))
    if len(words) < 2:
        raise UnknownTerritoryError(
            f"{text!r} names one side only; write both, such as india:africa or JP,KR:ASEAN"
        )
    return parties(_names(words[0]), _names("-".join(words[1:])))


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _are_known(text: str) -> bool:
    try:
        return bool([territory(name) for name in _names(text)])
    except UnknownTerritoryError:
        return False


def config_text(between: Parties, packaged: Mapping[str, Any]) -> str:
    """The text of a configuration for some parties.

    Args:
        between: the parties.
        packaged: the values of the packaged configuration.
    """
    return "\n".join(_lines(between, packaged)) + "\n"


def _lines(between: Parties, packaged: Mapping[str, Any]) -> Iterator[str]:
    pair = pair_in_english(between)
    yield f"# aseanwatch: news of cooperation between {_said(between.ours)} and {_said(between.theirs)}."
    yield "# It extends the packaged configuration: words of cooperation, topics and all else come from there. `aseanwatch check` says"
    yield "# all that is wrong at once. How to go on: docs/how-to/another-desk.md"
    yield "# yaml-language-server: $schema=config.schema.json"
    yield "extends: packaged"
    yield ""
    yield "crawl:"
    yield '  user_agent: "aseanwatch/1.0 (+https://example.org/about-our-crawler)"   # who asks: put your own contact here'
    yield ""
    yield "# Who the news is of: countries (ISO 3166), regions (UN M.49) and groups, by code or English name."
    yield f"parties: {{ours: {_list(between.ours.codes)}, theirs: {_list(between.theirs.codes)}}}"
    yield ""
    yield "# What the packaged configuration has of its own parties; here $ours, $theirs, $both and $elsewhere stand in its place."
    yield "remove:"
    yield "  sources: true"
    yield f"  terms: {_list(sets_of_parties(packaged))}"
    yield "relevance:"
    yield from (f"  {key}: {name}" for key, name in RELEVANCE.items())
    yield ""
    if words := further_words(between):
        yield "# Words of the parties' languages that the packaged sets have none or few of."
        yield "terms:"
        for name, by_language in words.items():
            yield f"  {name}:"
            yield from (f"    {lang}: {_list(spellings)}" for lang, spellings in by_language.items())
        yield ""
    yield "# Where news comes from: packaged sources of these countries, and searches for both sides in their languages. Add the outlets that"
    yield "# you know: aseanwatch sources discover https://outlet.example/ --add"
    yield "sources:"
    yield from (
        f"  - {_flow(source)}" for source in (*_kept_sources(between, packaged), *searches(between, packaged))
    )
    yield ""
    yield "# The packaged topics without their examples, which are of China and ASEAN; `aseanwatch topics test` tries those below."
    yield "topics:"
    yield from _topics(between, packaged)
    yield ""
    yield f"schedule: {{timezone: {_zone(between)}}}"
    yield ""
    yield "subscriptions:"
    yield f"  - name: {_slug(pair)}-desk"
    yield "    channel: archive                  # change to `email` once delivery.smtp is right"
    yield "    when: daily 07:30"
    yield "  - name: new-bases"
    yield "    channel: archive"
    yield "    topics: [demonstration_base]"
    yield "    when: instant"
    yield ""
    yield "delivery:"
    yield f'  from: "{pair} Watch <watch@localhost>"'
    yield "  channels:"
    yield "    archive: {type: maildir, path: ./mail}    # email | maildir | folder | chat | webhook | feed: docs/delivery.md"


def pair_in_english(between: Parties) -> str:
    """Both sides by their names: "India–Africa"."""
    return f"{english_name(between.ours.head)}–{english_name(between.theirs.head)}"


def sets_of_parties(packaged: Mapping[str, Any]) -> list[str]:
    """The term sets of the packaged configuration that only name its own parties and others, and those inside them."""
    terms, relevance = packaged["terms"], packaged["relevance"]
    found: set[str] = set()

    def add(name: str) -> None:
        if name not in terms or name in found:
            return
        found.add(name)
        for spellings in terms[name].values():
            for spelling in spellings:
                if reference := REFERENCE.match(str(spelling)):
                    add(reference[1])

    for key in RELEVANCE:
        add(relevance[key])
    return [name for name in terms if name in found]


def _kept_sources(between: Parties, packaged: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    asked = {*between.all, *between.wholes}
    return (s for s in packaged["sources"] if s.get("country") in asked and s.get("kind") != "search")


def searches(between: Parties, packaged: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Searches for both sides in the languages of their countries that the words of cooperation are known in."""
    known = {*packaged["terms"]["cooperation"], *further_words(between).get("cooperation", ())} - {
        "*",
        "except",
    }
    weight = _weight(between)
    places: dict[str, list[str]] = {}
    for code in sorted(between.all, key=lambda c: (-weight.get(c, 0), c)):
        for lang in get_official_languages(code, de_facto=True):
            if (lang := {"fil": "tl"}.get(lang, lang)) in known:
                places.setdefault(lang, []).append(code)
    places.setdefault("en", ["US"])
    # The languages of most and of the largest countries first.
    chosen = sorted(places, key=lambda lang: (lang != "en", -len(places[lang]), lang))[:_MOST_SEARCHES]
    return [
        {
            "name": f"search-{lang}",
            "kind": "search",
            "url": SEARCH % {"lang": lang, "country": places[lang][0]},
            "query": _query(between, lang, weight),
            "lang": lang,
        }
        for lang in chosen
    ]


def further_words(between: Parties) -> dict[str, dict[str, list[str]]]:
    """Words for term sets in the languages of the parties' countries (``data/further_terms.yaml``), by set and language."""
    spoken = {lang for code in between.all for lang in get_official_languages(code, de_facto=True)}
    found: dict[str, dict[str, list[str]]] = {}
    for lang, sets in table("further_terms.yaml").items():
        for name, words in sets.items() if lang in spoken else ():
            found.setdefault(name, {})[lang] = words
    return found


def _weight(between: Parties) -> dict[str, int]:
    """How many of its cities the gazetteer has, by country: news of a group is mostly of its large members."""
    found: dict[str, int] = {}
    for code in gazetteer(between).country_of.values():
        found[code] = found.get(code, 0) + 1
    return found


def _query(between: Parties, lang: str, weight: Mapping[str, int]) -> str:
    one, other = (
        _asked(side, lang, weight, most)
        for side, most in zip(between.sides, (_LEADING, _MOST_IN_QUERY), strict=True)
    )
    return f"{_any(one)} {_any(other)} when:2d"


def _asked(side: Party, lang: str, weight: Mapping[str, int], most: int) -> list[str]:
    largest = sorted(side.countries, key=lambda c: (-weight.get(c, 0), c))[:most]
    named = (*side.codes[:most], *(largest if side.is_group else ()))
    return list(dict.fromkeys(name_in(code, lang) for code in named))


def _any(names: Sequence[str]) -> str:
    quoted = [f'"{n}"' if " " in n else n for n in names]
    return quoted[0] if len(quoted) == 1 else f"({' OR '.join(quoted)})"


def _topics(between: Parties, packaged: Mapping[str, Any]) -> Iterator[str]:
    own = set(sets_of_parties(packaged))
    for name, topic in packaged["topics"].items():
        query = _without_parties(str(topic["query"]), own, packaged["relevance"])
        examples = _examples(name, between)
        yield f"  {name}:"
        yield "    remove: [examples]"
        if query != topic["query"]:
            yield f"    query: {query}"
        if examples:
            yield "    examples:"
            for kind, texts in examples.items():
                yield f"      {kind}: {_list(texts)}"


def _without_parties(query: str, own: Iterable[str], relevance: Mapping[str, Any]) -> str:
    """A query with the sets that follow the parties in the place of the packaged ones."""
    names = {relevance[key]: name for key, name in RELEVANCE.items()}
    for name in sorted(own, key=len, reverse=True):
        query = query.replace(f"${name}^", f"${names.get(name, THEIRS)}^").replace(
            f"${name} ", f"${names.get(name, THEIRS)} "
        )
    return query


_EXAMPLES = {
    "demonstration_base": (
        "{ours} and {theirs} open joint laboratory for rice in {city}",
        "{ours} and {theirs} hold talks on trade cooperation",
    ),
    "trade_investment": (
        "{ours} and {theirs} agree to raise bilateral trade and investment",
        "{ours} beat {theirs} in cricket",
    ),
    "diplomacy": (
        "{ours} foreign minister visits {theirs} for talks with prime minister",
        "Police in {city} arrest a thief",
    ),
}
"""English examples of topics, which any two countries fill: what matches, and what does not."""


def _examples(topic: str, between: Parties) -> dict[str, list[str]]:
    if topic not in _EXAMPLES:
        return {}
    known = gazetteer(between)
    weight = _weight(between)
    ours, theirs = (max(sorted(side.countries), key=lambda c: weight.get(c, 0)) for side in between.sides)
    city = next(
        (c for c in sorted(known.capitals) if known.country_of.get(c) == theirs), english_name(theirs)
    )
    match, no_match = (
        text.format(ours=english_name(ours), theirs=english_name(theirs), city=city)
        for text in _EXAMPLES[topic]
    )
    return {"match": [match], "no_match": [no_match]}


def _zone(between: Parties) -> str:
    zones = zones_of_countries().get(between.ours.head, []) if is_country(between.ours.head) else []
    return zones[0] if len(zones) == 1 else "UTC"


def _said(side: Party) -> str:
    names = [english_name(code) for code in side.codes]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _slug(text: str) -> str:
    return "-".join("".join(c if c.isalnum() and c.isascii() else " " for c in text.lower()).split())


def _flow(source: Mapping[str, Any]) -> str:
    """An entry on one line; JSON's strings are YAML's."""
    return "{" + ", ".join(f"{key}: {_scalar(value)}" for key, value in source.items()) + "}"


def _scalar(value: Any) -> str:
    plain = (
        isinstance(value, str)
        and value.replace("-", "").replace("_", "").isalnum()
        and value.isascii()
        and value[0].isalpha()
        and value.lower() not in ("no", "yes", "on", "off", "y", "n", "true", "false", "null")
    )
    return value if plain else json.dumps(value, ensure_ascii=False)


def _list(values: Iterable[str]) -> str:
    return f"[{', '.join(map(_scalar, values))}]"


__all__ = [
    "config_text",
    "described",
    "doubt",
    "pair_in_english",
    "parties_named",
    "searches",
    "sets_of_parties",
]
