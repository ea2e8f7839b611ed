"""Reports near the thresholds of one story: what they share, what tells them apart, and whether they tell of one event."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from crawler.judging.stories.grouping import Window, content_words
from crawler.judging.stories.likeness import Report
from crawler.judging.text.normal import normalise
from tests.crawler.margins.case import Case

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def report(
    number: int,
    anchors: str,
    *,
    lang: str = "en",
    words: str = "",
    days: float = 0,
    dated: bool = True,
    story: int = 0,
) -> Report:
    """A report with the given anchors (see `crawler.judging.entities.anchors`), spaces in them written as underscores."""
    features = frozenset(anchor.replace("_", " ") for anchor in anchors.split())
    own = frozenset(f"w:{word}" for word in words.split())
    return Report(number, story or number, lang, NOON + timedelta(days=days), features, own, dated)


def stories_of(*reports: Report) -> int:
    """How many stories the reports make that come in this order."""
    window, stories = Window(timedelta(days=5)), set[int]()
    for each in reports:
        placed = window.place(each)
        story = placed.story or each.article
        window.add(replace(each, story=story))
        stories.add(story)
        for other in placed.also:
            window.merge(story, other)
            stories.discard(other)
    return len(stories)


def _pair(
    stories: int, both: str, one: str = "", other: str = "", *, lang: str = "zh", words: tuple[str, str] = ("", ""), days: float = 0,
    dated: bool = True,
) -> Case:  # fmt: skip
    reports = [
        report(1, f"{both} {one}", words=words[0]),
        report(2, f"{both} {other}", lang=lang, words=words[1], days=days, dated=dated),
    ]
    apart = f", and of which one has {one} and the other {other}" if one or other else ""
    more = f"{', in one language' if lang == 'en' else ''}{', ' + str(days) + ' days apart' if days else ''}{'' if dated else ', undated'}"
    what = "tell of one event" if stories == 1 else "tell of two events"
    return Case(f"reports that share {both}{apart}{more} {what}", partial(stories_of, *reports), stories)


one_event, two_events = partial(_pair, 1), partial(_pair, 2)

PAIRS = [
    one_event("e:Fair_of_Rivers#4 t:freight"),
    one_event("h:Tang_Wei n:4120"),
    two_events("h:Tang_Wei o:19 o:31"),
    two_events("h:Tang_Wei m:vangthong d:2026-03-04 p:Yulong"),
    one_event("h:Tang_Wei m:vangthong o:19 p:Yulong"),
    one_event("v:Tang_Wei>LA k:sturgeon m:vangthong"),
    two_events("v:Tang_Wei>LA k:sturgeon"),
    two_events("v:Tang_Wei>LA o:19"),
    one_event("v:Tang_Wei>LA o:19 t:freight"),
    one_event("x:Dongshan_Port m:vangthong m:sirinda"),
    two_events("x:Dongshan_Port m:vangthong"),
    two_events("x:Dongshan_Port m:vangthong t:freight"),
    one_event("x:Dongshan_Port d:2026-03-04 p:Yulong"),
    one_event("n:7340 o:19"),
    two_events("n:7340"),
    two_events("n:7340 p:Yulong"),
    one_event("n:7340 p:Yulong t:freight"),
    one_event("o:46 x:Qinghe_Rail p:Yulong"),
    two_events("o:46 x:Qinghe_Rail"),
    two_events("o:46 k:sturgeon o:19"),
    one_event("o:46 m:vangthong d:2026-03-04 t:freight"),
    one_event("d:2026-03-09 o:19 o:31 t:freight"),
    two_events("d:2026-03-09 x:Qinghe_Rail"),
    two_events("d:2026-03-09 x:Qinghe_Rail t:freight"),
    one_event("d:2026-03-09 o:19 d:2026-03-04 t:freight"),
    one_event("k:otters n:4120"),
    two_events("k:otters o:19 d:2026-03-04"),
    two_events("k:otters k:sturgeon d:2026-03-04 t:freight"),
    one_event("k:otters o:19 o:31 t:freight"),
    one_event("z:wangtongzhou k:sturgeon m:vangthong"),
    two_events("z:wangtongzhou p:Yulong t:freight"),
    two_events("z:wangtongzhou o:19"),
    one_event("z:wangtongzhou k:sturgeon p:Yulong"),
    one_event("m:lumphat x:Qinghe_Rail m:vangthong"),
    two_events("m:lumphat o:19 d:2026-03-04"),
    two_events("m:lumphat o:19 o:31"),
    one_event("m:lumphat o:19 d:2026-03-04 t:freight"),
    one_event("p:Baise_Hills x:Qinghe_Rail d:2026-03-04"),
    two_events("p:Baise_Hills o:19 o:31 p:Yulong"),
    two_events("p:Baise_Hills x:Qinghe_Rail p:Yulong p:Sumbing"),
    one_event("p:Baise_Hills n:4120 t:freight"),
    one_event("t:otters m:vangthong o:19 d:2026-03-04"),
    two_events("t:otters k:sturgeon d:2026-03-04 p:Yulong p:Sumbing t:freight"),
    two_events("t:otters k:sturgeon o:19 d:2026-03-04"),
    one_event("t:otters n:4120 p:Yulong"),
    one_event("b:observatory x:Qinghe_Rail d:2026-03-04"),
    two_events("b:observatory k:sturgeon k:bamboo m:vangthong"),
    two_events("b:observatory k:sturgeon k:bamboo d:2026-03-04"),
    one_event("b:observatory n:4120 t:freight"),
    one_event("c:QQ m:vangthong o:19 o:31"),
    two_events("c:QQ x:Qinghe_Rail m:vangthong t:freight"),
    one_event("c:QQ k:sturgeon k:bamboo m:vangthong p:Yulong"),
    one_event("i:Sumbing x:Qinghe_Rail p:Yulong"),
    two_events("i:Sumbing k:sturgeon m:vangthong"),
    two_events("i:Sumbing m:vangthong p:Yulong p:Sumbing t:freight"),
    one_event("i:Sumbing o:19 p:Yulong p:Sumbing t:freight"),
    two_events("o:19 d:2026-03-04"),
    one_event("x:Qinghe_Rail o:19 d:2026-03-04"),
    one_event("x:Qinghe_Rail d:2026-03-04 p:Yulong"),
    two_events("n:4120 p:Yulong"),
    one_event(
        "k:sturgeon d:2026-03-04", lang="en", words=("river ferry opens again", "river ferry opens today")
    ),
    two_events("k:sturgeon", lang="en", words=("river ferry opens again", "river ferry opens today")),
    one_event("k:otters k:herons k:cranes k:storks k:egrets k:ibises d:2026-03-04"),
    two_events("k:otters k:herons k:cranes k:storks k:egrets k:ibises"),
    two_events("n:4120 n:37.5 n:861", "e:Fair_of_Rivers#4", "e:Fair_of_Rivers#5"),
    one_event("n:4120 n:37.5 n:861 x:Qinghe_Rail d:2026-03-04", "e:Fair_of_Rivers#4", "e:Fair_of_Rivers#5"),
    two_events("m:vangthong o:19 o:31 t:freight", "d:2026-03-03", "d:2026-03-06"),
    one_event("n:4120 k:sturgeon", "d:2026-03-03", "d:2026-03-06"),
    two_events("n:4120 d:2026-03-04", "t:ferries", "t:otters"),
    one_event("x:Qinghe_Rail m:vangthong d:2026-03-04", "t:ferries", "t:otters"),
    two_events(
        "x:Qinghe_Rail x:Lan_Rubber d:2026-03-04", "t:ferries k:otters", "t:cranes k:herons", lang="en"
    ),
    one_event("n:4120 x:Qinghe_Rail o:19", "t:ferries k:otters", "t:cranes k:herons", lang="en"),
    two_events(
        "b:base n:4120 n:37.5 n:861", "b:base t:ferries k:otters", "b:base t:cranes k:herons", lang="en"
    ),
    one_event(
        "b:base n:4120 n:37.5 n:861 t:freight",
        "b:base t:ferries k:otters",
        "b:base t:cranes k:herons",
        lang="en",
    ),
    two_events(
        "b:base t:freight n:4120 n:37.5 x:Qinghe_Rail", "f:otters k:otters", "f:herons k:herons", lang="en"
    ),
    one_event(
        "b:base t:freight n:4120 n:37.5 x:Qinghe_Rail x:Lan_Rubber d:2026-03-04",
        "f:otters k:otters",
        "f:herons k:herons",
        lang="en",
    ),
    two_events("n:4120 x:Qinghe_Rail", "f:otters k:otters", "f:herons k:herons"),
    one_event("n:4120 x:Qinghe_Rail p:Yulong", "f:otters k:otters", "f:herons k:herons"),
    one_event("n:4000 o:19 t:freight"),
    two_events("n:4000 o:19"),
    two_events("n:4120 x:Qinghe_Rail p:Yulong", "s:Luang_Prabang", "s:Pakse p:Luang_Prabang"),
    one_event("n:4120 x:Qinghe_Rail m:vangthong d:2026-03-04", "s:Luang_Prabang", "s:Pakse p:Luang_Prabang"),
    two_events("x:Qinghe_Rail x:Lan_Rubber d:2026-03-04", "b:laboratory", "b:training", lang="en"),
    one_event("n:4120 n:37.5 d:2026-03-04", "b:laboratory", "b:training", lang="en"),
    two_events("x:Qinghe_Rail x:Lan_Rubber d:2026-03-04", "s:Nanning c:CN", "g:LA c:LA c:CN"),
    one_event("x:Qinghe_Rail x:Lan_Rubber o:19 d:2026-03-04", "s:Nanning c:CN", "g:LA c:LA c:CN"),
    two_events("x:Qinghe_Rail o:19 o:31", dated=False),
    one_event("x:Qinghe_Rail x:Lan_Rubber d:2026-03-04", dated=False),
    two_events("x:Qinghe_Rail m:vangthong p:Yulong", days=4.9),
    one_event("x:Qinghe_Rail d:2026-03-04 p:Yulong", days=4.9),
    one_event("e:Fair_of_Rivers#4 d:2026-03-04", "d:2026-03-03 t:ferries", "d:2026-03-06 t:otters"),
    two_events("e:Fair_of_Rivers#4", "d:2026-03-03 t:ferries", "d:2026-03-06 t:otters"),
    one_event("e:Fair_of_Rivers#4 p:Yulong", "d:2026-03-03 t:ferries", "d:2026-03-06 t:otters"),
    one_event("l:outlet.example/7 g:ASEAN x:Qinghe_Rail", "c:VN t:ferries", "c:TH t:otters", dated=False),
    two_events("l:outlet.example/7 g:ASEAN", "c:VN t:ferries", "c:TH t:otters", dated=False),
    two_events("g:ASEAN n:4120 k:sturgeon d:2026-03-04", "c:VN", "c:TH"),
    one_event("g:ASEAN n:4120 n:37.5", "c:VN", "c:TH"),
    two_events("k:talks g:ASEAN n:4120 x:Qinghe_Rail x:Lan_Rubber", "c:VN", "c:TH"),
    one_event("k:talks g:ASEAN n:4120 n:37.5 x:Qinghe_Rail o:19", "c:VN", "c:TH"),
    one_event("l:outlet.example/7 g:ASEAN p:Yulong", "c:VN t:ferries", "c:TH t:otters", dated=False),
    two_events("n:4120 x:Qinghe_Rail", "h:Tang_Wei x:Tang_Wei", "h:Lan_Yu x:Lan_Yu"),
    one_event("n:4120 x:Qinghe_Rail m:vangthong", "h:Tang_Wei x:Tang_Wei", "h:Lan_Yu x:Lan_Yu"),
    two_events("n:4120 x:Qinghe_Rail", "x:Pinglu_Canal", "x:Boao_Forum"),
    one_event("n:4120 x:Qinghe_Rail m:vangthong", "x:Pinglu_Canal", "x:Boao_Forum"),
    two_events("x:Qinghe_Rail x:Lan_Rubber", "p:Yulong", "p:Sumbing"),
    one_event("n:4120 x:Qinghe_Rail", "p:Yulong", "p:Sumbing"),
]
"""Each lies so near the threshold that half or one and a half of what an anchor or a contradiction weighs tips it."""


def _others(count: int, anchors: str, *, days: float = 0, first: int = 100) -> Iterable[Report]:
    """Reports of as many other events that have the same anchors and words in common."""
    return (
        report(number, f"{anchors} n:{number}.5 x:Firm_{number}", days=days)
        for number in range(first, first + count)
    )


def joins_among(others: Iterable[Report], one: Report, other: Report) -> bool:
    """Whether a report joins the story of another one in a window that holds other events too."""
    window = Window(timedelta(days=5))
    for each in (*others, one):
        window.add(each)
    return window.place(other).story == one.story


def words_of(title: str, text: str) -> list[str]:
    return sorted(content_words(normalise(title).text, normalise(text).text, {}))


EDITION = "e:Fair_of_Rivers#4 x:Lan_Rubber n:4120"
ALIKE = "n:4120 n:37.5 x:Qinghe_Rail m:vangthong k:sturgeon"
VERY_ALIKE = f"{ALIKE} o:19 m:sirinda"
FEW_COMMON = [
    *(report(number, f"n:{number}.5", words="river", days=-1) for number in range(100, 108)),
    *(report(number, f"n:{number}.25", words="pier", days=-1) for number in range(200, 222)),
]
"""Eight of thirty stories of the day before have the word river."""
NAMED_BEFORE = [*_others(12, "m:lumphat", days=-1), *_others(18, "c:CN", days=-1, first=200)]
NAMED_TODAY = [*_others(8, "m:lumphat"), *_others(18, "c:CN", first=200)]
NAMED_OFTEN_TODAY = [*_others(12, "m:lumphat"), *_others(18, "c:CN", first=200)]
_JOINED = [
    ("a name that twelve stories had yesterday tells too little", NAMED_BEFORE, "m:lumphat m:kampot o:19 p:Yulong", "zh", ("", ""), False),
    ("with another name it tells enough", NAMED_BEFORE, "m:lumphat m:kampot m:vangthong p:Yulong t:freight", "zh", ("", ""), True),
    ("a name that eight stories have today", NAMED_TODAY, "m:lumphat m:kampot m:vangthong d:2026-03-04", "zh", ("", ""), True),
    ("a name that twelve stories have today", NAMED_OFTEN_TODAY, "m:lumphat m:kampot k:sturgeon o:19", "zh", ("", ""), False),
    ("three stories of the day make no name common", [*_others(3, "m:lumphat")], "m:lumphat n:4120", "zh", ("", ""), True),
    ("five stories of the day do", [*_others(5, "m:lumphat")], "m:lumphat n:4120", "zh", ("", ""), False),
    (
        "a word that a quarter of yesterday's stories had tells something", FEW_COMMON, "k:sturgeon m:vangthong p:Yulong p:Sumbing", "en",
        ("river ferry opens", "river bridge closed"), True,
    ),
    (
        "and not enough without a name", FEW_COMMON, "o:19 o:31 p:Yulong", "en",
        ("river ferry opens", "river bridge closed"), False,
    ),
]  # fmt: skip


def grown(members: Iterable[tuple[str, int]], new: str) -> bool:
    """Whether a report joins a story whose reports have these anchors, each so many times."""
    window, number = Window(timedelta(days=5)), 0
    for anchors, times in members:
        for _ in range(times):
            number += 1
            window.add(report(number, anchors, lang="zh", story=1))
    return window.place(report(99, new)).story == 1


def bridged(common: str) -> int:
    """How many stories two reports make that have only so much in common, once a third one has all that is in both."""
    one, other = "n:861 n:2950 n:77.5", "x:Lan_Rubber x:Dongshan_Port x:Tang_Wei"
    return stories_of(
        report(1, f"{common} {one}"),
        report(2, f"{common} {other}", lang="zh"),
        report(3, f"{common} {one} {other}", lang="vi"),
    )


def with_one_elsewhere(anchors: str) -> bool:
    """Whether a report joins a story of which two reports name its city, and one is like it but names another city."""
    window, here, there = Window(timedelta(days=5)), "s:Vientiane g:LA", "s:Hanoi g:VN"
    for number in (1, 2):
        window.add(report(number, f"{here} x:Lan_Rubber o:31", lang="zh", story=1))
    window.add(report(3, f"{there} {anchors}", lang="zh", story=1))
    return window.place(report(9, f"{here} x:Lan_Rubber o:31 {anchors}")).story == 1


OTHERS = [
    *(
        Case(name, partial(joins_among, others, report(1, both, words=words[0]), report(2, both, lang=lang, words=words[1])), joined)
        for name, others, both, lang, words, joined in _JOINED
    ),
    Case("an edition is announced 25 days before", lambda: stories_of(report(1, EDITION), report(2, EDITION, lang="zh", days=25)), 1),
    Case("what comes 40 days later is another event", lambda: stories_of(report(1, EDITION), report(2, EDITION, lang="zh", days=40)), 2),
    Case("words of the first screen are compared", lambda: words_of("", "ab " * 300 + "sturgeon"), ["w:sturgeon"]),
    Case("words far below are not", lambda: words_of("", "ab " * 480 + "sturgeon"), []),
    Case("words of four letters are compared, those of three are not", lambda: words_of("", "rice and"), ["w:rice"]),
    Case("one like report does not make a story of unlike ones", lambda: grown([(VERY_ALIKE, 1), ("t:ferries", 7)], VERY_ALIKE), False),
    Case("three like reports of twelve do", lambda: grown([(ALIKE, 3), ("t:ferries", 9)], ALIKE), True),
    Case("a story of which one report is unlike", lambda: grown([("n:4120 n:37.5", 1), ("t:ferries", 1)], "n:4120 n:37.5"), True),
    Case(
        "a story of which one report is hardly like, the other unlike",
        lambda: grown([("n:4120 m:vangthong o:19", 1), ("t:ferries", 1)], "n:4120 m:vangthong o:19"),
        False,
    ),
    Case("a report that is like two stories, which are nearly like each other", lambda: bridged("x:Qinghe_Rail o:19"), 1),
    Case("a report that is like two stories, which are hardly like each other", lambda: bridged("n:4120 t:freight"), 2),
    Case("a report of another city does not bring one to a story", lambda: with_one_elsewhere(ALIKE), False),
    Case("unless it tells much the same", lambda: with_one_elsewhere(VERY_ALIKE), True),
]  # fmt: skip

CASES = [*PAIRS, *OTHERS]
