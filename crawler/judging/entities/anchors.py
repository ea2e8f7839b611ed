"""What ties the reports of one event together whatever their language: the anchors of an article.

Each anchor is a string that begins with its kind:

    c:VN                      a party that is named          k:durian               a concept
    p:Nanning                 a city or province             t:finance, b:base-park a topic; the kind of a new base
    x:Xi Jinping              a person, project, firm …      m:vangvieng            a name in Latin script
    e:China-ASEAN Expo#22     an edition of a series         z:wangtongzhou         perhaps a Chinese person's name
    d:2025-09-17  n:3200      a day; a number with its scale o:19                   an ordinal number
    l:host/path               an address that is linked, or one's own
    v:Xi Jinping>MY           somebody's visit             h:Xi Jinping            an entity that the headline names
    s:Khon Kaen               a city where it happens      g:TH, g:ASEAN           the member state that it concerns, or all
    u:qwertang  y:putra       a town, an institution that no gazetteer has        a:ASEAN   a base named after ASEAN as a whole
    f:solar                   a concept in the headline of a new base

They are read from the headline and the beginning: further down, news tells of other events.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache

from crawler.judging.entities.editions import editions, ordinals_in
from crawler.judging.entities.known import CONCEPT, SERIES, concepts, country_of_person, entities
from crawler.judging.entities.names import latin_names
from crawler.judging.entities.pinyin import names_in_han, names_in_latin
from crawler.judging.places.gazetteer import CHINA, Place
from crawler.judging.text.dates import dates_in
from crawler.judging.text.matching import Findings, Hit, Matcher
from crawler.judging.text.nearness import outermost
from crawler.judging.text.numbers import numbers_in
from crawler.judging.text.script import main_script
from crawler.judging.text.terms import patterns
from crawler.judging.weights import weights


def head_of(text: str) -> str:
    """The beginning of a text, in which news says what has happened."""
    weigh = weights().anchors
    return text[: weigh.head_han if main_script(text) == "han" else weigh.head]


@cache
def _matcher() -> Matcher:
    return Matcher([*patterns(entities(), [e.name for e in entities()]), *patterns(concepts())])


def anchors_of(
    title: str,
    text: str,
    findings: Findings,
    places: Iterable[tuple[Hit, Place]],
    countries: Iterable[str],
    published: date,
    more: Iterable[str] = (),
    everyday: Iterable[str] = (),
) -> frozenset[str]:
    """The anchors of one article.

    Args:
        title: its headline.
        text: its text.
        findings: what the judge found, with the text's language.
        places: the places among it.
        countries: the parties that it names.
        published: the day of publication, which days without a year and weekdays are relative to.
        more: anchors that the judge knows already (topics, kinds of bases, links).
        everyday: words that every report of cooperation has, which are no names.
    """
    head = head_of(text)
    lang, whole = findings.lang, f"{title}\n{head}"
    news = weights().anchors.news
    near = [p for h, p in places if h.field == "title" or h.start < len(head)]
    days = dates_in(whole, lang, published)
    ordinals = ordinals_in(whole)
    taken = {i for mention in days for i in range(mention.start, mention.end)} | {
        i for start, end, _ in ordinals for i in range(start, end)
    }
    known, words = _known(title, head, lang)
    words |= {word for h, _ in places for word in h.pattern.key.split()} | set(everyday)
    parties = set(countries)
    counted = {e.rpartition("#")[2] for e in known if e.startswith("e:") and "#" in e}
    return frozenset(
        {
            *known,
            *more,
            *(f"c:{c}" for c in parties),
            *_visits(known, parties),
            *(f"p:{p.name}" for p in near),
            *(f"d:{m.day.isoformat()}" for m in days if abs(m.day - published) <= news),
            *(f"n:{n}" for n in numbers_in(whole, lang, taken)),
            *(f"o:{n}" for _, _, n in ordinals if n > 1 and str(n) not in counted),
            *(f"m:{name}" for name in latin_names(whole, lang) - words),
            *_people(whole, known),
        }
    )


def named_in(name: str, lang: str | None) -> frozenset[str]:
    """The entities and concepts in a name."""
    found, _ = _known(name, "", lang)
    return frozenset(f for f in found if f[0] in "xk")


def _known(title: str, head: str, lang: str | None) -> tuple[set[str], set[str]]:
    """Entities, concepts and editions, and the words that name them. What lies inside a longer name is not counted again.

    Where there is no headline, the first words of the text stand for it.
    """
    findings = _matcher().find({"title": title or head[: weights().anchors.headline], "text": head}, lang)
    found: set[str] = set()
    words: set[str] = set()
    series: dict[str, list[tuple[str, int, int]]] = {}
    for hit in outermost(hit for hits in findings.hits.values() for hit in hits):
        kind, _, name = hit.pattern.set_name.partition(":")
        if kind == CONCEPT:
            found.add(f"k:{name}")
            continue
        found |= {f"x:{name}"} | ({f"h:{name}"} if hit.field == "title" else set())
        words.update(findings.fields[hit.field].normal.text[hit.start : hit.end].split())
        if kind == SERIES:
            series.setdefault(hit.field, []).append((name, *findings.fields[hit.field].normal.span(hit.start, hit.end)))
    for field, named in series.items():
        for edition in editions(findings.fields[field].original, named):
            found |= {f"e:{edition}"} | ({f"h:{edition}"} if field == "title" else set())
    return found, words


def _visits(known: Iterable[str], parties: Iterable[str]) -> set[str]:
    """Who visits, or receives, which country: those named where a text speaks of a visit."""
    if "k:state_visit" not in known:
        return set()
    home = country_of_person()
    people = [(name, home[name]) for k in known if k[0] == "x" and (name := k[2:]) in home]
    return {f"v:{name}>{to}" for name, own in people for to in (set(parties) - CHINA if own == "CN" else ("CN",)) if to != own}


def _people(whole: str, known: Iterable[str]) -> set[str]:
    """Names of Chinese people, those aside that are known."""
    names = names_in_han(whole) if main_script(whole) == "han" else names_in_latin(whole)
    there = {k[2:].replace(" ", "").lower() for k in known}
    return {f"z:{name}" for name in names if not any(name in k or k in name for k in there)}
