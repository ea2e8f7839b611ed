"""Reports near the thresholds of a new base, and of what is said of one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, cast

from crawler.judging.bases.acts import Act, Form
from crawler.judging.bases.candidates import ArticleClauses, BaseWord, ClauseCandidate
from crawler.judging.bases.decision import ClauseDecision, decide
from crawler.judging.bases.grammar import ActWord
from crawler.judging.bases.joint_names import PartyWords
from crawler.judging.bases.sentences import SentenceSpan
from crawler.judging.bases.stages import stage_of
from crawler.judging.text.matching import Hit
from crawler.judging.text.terms import Pattern
from crawler.judging.weights import weights
from tests.builders import NOON, article, shipped_judge
from tests.crawler.margins.case import Case
from tests.crawler.margins.texts import after


def base_told(
    title: str, text: str, lang: str, seen: datetime | None, names: tuple[str, ...]
) -> dict[str, Any]:
    """What is said of the base that an article reports: those of its facts that are asked for."""
    when = seen or NOON
    one = article(title, text, lang_hint=lang, first_seen=when, published=when)
    reading = shipped_judge().classify_without_features(one)
    base = reading.bases[0] if reading.bases else None
    return {name: reading.new_base if name == "new_base" else getattr(base, name, None) for name in names}


def told(title: str, text: str, *, lang: str = "en", seen: datetime | None = None, **expected: Any) -> Case:
    """A report with what is right to say of its base."""
    name = f"{title or 'no headline'} | {text if len(text) < 160 else '… ' + text[-160:]}{f' ({seen:%d %B})' if seen else ''}"
    return Case(name, partial(base_told, title, text, lang, seen, tuple(expected)), expected)


def weighed(name: str) -> Iterator[Case]:
    """A clause just sure enough, and one just not, for one of its features: half of it or half as much again turns one over."""
    weigh = weights().bases
    weight = weigh.evidence[name]
    for share, expected in ((0.25, weight > 0), (-0.25, weight < 0)):
        # What else is known of the clause leaves a quarter of the feature's weight to one side of the threshold.
        others = -weigh.bias - weight + abs(weight) * (share if weight > 0 else -share)
        rest = other_feature(name)
        features = {name: 1.0, rest: others / weigh.evidence[rest]}
        yield Case(f"{name}, with {features[rest]:.2f} of {rest}", partial(is_new, features), expected)


def other_feature(name: str) -> str:
    """A feature to fill up with that is another one."""
    return "relation: object" if name != "relation: object" else "relation: subject"


def is_new(features: dict[str, float]) -> bool:
    """Whether a clause with some features tells of a new base."""
    return decide(CLAUSE, features).is_new


CLAUSE = ClauseCandidate(
    BaseWord(Hit(Pattern("base", "base", "base", "en"), "text", 0, 4), "known"),
    Act(5, 11, ActWord("launched", frozenset()), Form.DONE),
    SentenceSpan("text", 0, 12),
    None,
)
"""A clause whose words do not matter: only its features are weighed."""
PARK, JOINT = "China-Laos industrial park", "China and Laos cooperate"
CASES = [
    told('China-Laos industrial park opens', after(221) + 'China and Laos cooperate. China and Laos opened the China-Laos industrial park in Vientiane on 26 November.', new_base=True, stage='launched', cities=('Vientiane',), date=date(2025, 11, 26), sentence='China and Laos opened the China-Laos industrial park in Vientiane on 26 November.'),
    told('China and Laos cooperate', 'The China-Laos industrial park opened on 1 October.', new_base=True, stage='launched'),
    told('จีนและไทยร่วมมือ', 'จีน-ไทยฝึกอบรมฝึกอบรมฝึกอบรมฝึกอบรมฝึกอบรมศูนย์ เปิดตัวเมื่อวันจันทร์', new_base=False, lang='th'),
    told('China and Laos cooperate', 'The China-Laos industrial park opened. ' + after(258) + 'The day was 3 November.', new_base=True, stage='launched', date=None),
    told('China and Laos cooperate', 'The China-Laos industrial park opened. ' + after(258) + 'The ceremony was on 3 November.', new_base=True, stage='launched', date=date(2025, 11, 3)),
    told('China-Laos industrial park opens', after(529) + 'China and Laos cooperate. China and Laos opened the China-Laos industrial park in Vientiane on 26 November.', new_base=True, stage='launched', cities=('Vientiane',), sentence='China and Laos opened the China-Laos industrial park in Vientiane on 26 November.'),
    told('中国与老挝合作', '中老产业园揭牌居民注视。此前已于2023年签约。', new_base=True, stage='launched', lang='zh'),
    told('China-Laos industrial park marks anniversary', 'The China-Laos industrial park was opened. ', new_base=False),
    told('China and Laos cooperate', 'The China-Laos industrial park 2024 opened in Vientiane.', new_base=False),
    told('China and Laos cooperate', 'Phase two of the China-Laos industrial park was completed.', new_base=False, name='China-Laos industrial park', stage='expanded'),
    told('China and Laos cooperate', 'China and Laos will push forward the China-Laos industrial park, launched on Monday.', new_base=True, stage='launched', date=date(2025, 11, 24)),
    told('China and Laos cooperate', 'The China-Laos industrial park opened with songs of the people there and of the guests in 2024.', new_base=False),
    told('China-Laos industrial park', 'China and Laos opened after long talks with the old owner of the land by the river an industrial park.', new_base=False),
    told('China and Laos cooperate', 'The China-Laos industrial park beside the river and its port is in Vientiane. Opened on Monday, it trains farmers.', new_base=False),
    told('China and Laos cooperate', 'In Vientiane an expo opened at the China-Laos industrial park. In Boten an expo opened at the China-Laos industrial park.', new_base=False),
    told('China-Laos industrial park opens', 'The park was opened on Monday. ' + after(700) + 'The China-Laos Golden Mekong Silk Weaving Industrial Park is in Boten.', new_base=True, name='China-Laos Golden Mekong Silk Weaving Industrial Park', stage='launched', cities=('Boten',), date=date(2025, 11, 24)),
    told('China-Laos industrial park opens', 'The park was opened on Monday. ' + after(1284) + 'The China-Laos Golden Mekong Silk Weaving Industrial Park is in Boten.', new_base=True, name='China-Laos industrial park', stage='launched', cities=('Boten',), date=date(2025, 11, 24)),

    told(PARK, f"They will advance the {PARK}, launched on Monday.", new_base=False),
    told("", f"A course was launched at the {PARK}. They will advance the China-Laos demonstration base, launched on Monday.", new_base=True),
    told("", f"It rained in the hills for all of Monday. A course was launched at the {PARK}. They will advance the China-Laos demonstration base, launched then.", new_base=False),
    told(JOINT, "China on Monday opened a joint rice seed fish centre with its partner Laos.", new_base=True),
    told(PARK, f"{after(300)}The {PARK}, after long talks with the owners of the land, was opened. {after(500)}The {PARK} was opened.", new_base=True),
    told(JOINT, f"The {PARK} opened in October.", seen=datetime(2025, 11, 10, tzinfo=UTC), new_base=True),
    told(JOINT, f"The {PARK} opened in October.", seen=datetime(2025, 11, 18, tzinfo=UTC), new_base=False),
    told(JOINT, f"A course was launched at the {PARK}. An expo opened at the {PARK}. A fair opened at the {PARK}.", new_base=False),
    told("นิคมอุตสาหกรรมจีน-ไทย", "นิคมอุตสาหกรรมจีน-ไทย " + "ชาวบ้านเฝ้าดูแม่น้ำ " * 1 + "เปิดตัวเมื่อวันจันทร์", lang="th", new_base=True),
    told(f"{PARK}", f"The {PARK} is in Boten. It opened on Monday.", new_base=True),
    told(f"{PARK}", f"The {PARK} is in Boten. Now opened, it is busy.", new_base=False),
    told(PARK, f"The {PARK} is in Boten, {after(340).replace('.', ',')}and there. Opened on Monday, it is busy.", new_base=False),
    told(JOINT, "China and Laos signed a new industrial park, which after long talks with the owners will be opened.", stage="signed"),
    told(JOINT, f"The {PARK} opened. {after(700)}The day was 20 November.", new_base=True, date=None),
    told(JOINT, f"The {PARK} opened. {after(60)}The day was 5 October.", new_base=True, date=None),
]  # fmt: skip


def noted(text: str, feature: str, expected: bool, *, lang: str = "en") -> Case:
    """A sentence with a feature that some clause of it has, or has not."""

    def decide_it() -> bool:
        explanation = shipped_judge().explain(article(HEADLINES[lang], text, lang_hint=lang))
        return any(decision.features.get(feature) for decision in explanation.bases.decisions)

    return Case(f"{feature} | {text}", decide_it, expected)


def read_as(text: str, how: str, expected: bool, *, lang: str = "en") -> Case:
    """A text in which some word is read as a base for a reason, or is not."""

    def decide_it() -> bool:
        explanation = shipped_judge().explain(article(HEADLINES[lang], text, lang_hint=lang))
        return any(decision.candidate.base.how == how for decision in explanation.bases.decisions)

    return Case(f"read as {how} | {text}", decide_it, expected)


HEADLINES = {"en": "China and Laos cooperate", "th": "ไทยและจีนร่วมมือกัน", "id": "Indonesia dan Tiongkok bekerja sama",
             "my": "မြန်မာနှင့် တရုတ် ပူးပေါင်းဆောင်ရွက်"}  # fmt: skip


def stage_beside(chance: float) -> str:
    """The stage where the surest clause plans, and one of some chance opens a base."""
    planned = replace(CLAUSE, act=replace(CLAUSE.act, word=ActWord("planned", frozenset())))
    best = ClauseDecision(planned, 0.9, {}, ())
    found = shipped_judge().explain(article("", "base opened.", lang_hint="en")).findings
    reading = ArticleClauses(found, (), (), (), (), cast(PartyWords, None))
    return stage_of([best, ClauseDecision(CLAUSE, chance, {}, ())], best, reading)


def words(count: int) -> str:
    """So many words that say nothing."""
    return " ".join(["quietly"] * count)


CASES += [
    told(JOINT, f"The {PARK} {words(8)} expanded.", stage="expanded"),
    told(JOINT, f"The {PARK} {words(15)} expanded.", stage=None),
    told("ไทยและจีนร่วมมือกัน", "นิคมอุตสาหกรรมไทย-จีน" + "ชาวบ้าน" * 4 + "ขยายพื้นที่", lang="th", stage="expanded"),
    told("ไทยและจีนร่วมมือกัน", "นิคมอุตสาหกรรมไทย-จีน" + "ชาวบ้าน" * 7 + "ขยายพื้นที่", lang="th", stage=None),
    told(JOINT, f"The {PARK} was opened on 9 October.", new_base=True),
    told(JOINT, f"The {PARK} was opened on 14 September.", new_base=False),
    told(JOINT, f"{after(120)}The China-Laos rice laboratory was gavelled in on Monday.", new_base=True),
    told(JOINT, f"{after(160)}The China-Laos rice laboratory was gavelled in on Monday.", new_base=False),
    told("Quilts", f"The China-Laos quilt centre {words(28)} opens.", new_base=True),
    told("Woven quilts", f"The China-Laos quilt centre {words(32)} opens.", new_base=False),
    told(PARK, f"{words(20)} a base opens. {words(5)} Vietnam too.", countries=("CN", "LA", "VN")),
    told(PARK, f"{words(20)} a base opens. {words(12)} Vietnam too.", countries=("CN", "LA")),
    Case("a clause nearly as sure tells the stage", partial(stage_beside, 0.83), "launched"),
    Case("a clause less sure does not", partial(stage_beside, 0.77), "planned"),
    noted(f"The {PARK} opened {words(3)} many years ago.", "time: years ago", True),
    noted(f"The {PARK} opened {words(4)} many years ago.", "time: years ago", False),
    noted(f"China and Laos opened in {words(4)} {PARK}.", "relation: place", True),
    noted(f"China and Laos opened in {words(6)} {PARK}.", "relation: place", False),
    noted(f"In the {PARK} 14 big firms signed, said China and Laos.", "relation: tenants", True),
    noted("Tiongkok dan Indonesia membuka kursus di sebuah pusat riset.", "relation: place", True, lang="id"),
    noted("Tiongkok dan Indonesia membuka di             pusat riset.", "relation: place", True, lang="id"),
    noted(f"In the {PARK} 14 industrial firms signed, said China and Laos.", "relation: tenants", False),
    noted("မြန်မာ-တရုတ် ဓာတ်ခွဲခန်းကြီးများကို ဖွင့်လှစ်ခဲ့သည်။", "relation: object", True, lang="my"),
    noted("မြန်မာ-တရုတ် ဓာတ်ခွဲခန်းကြီးအသစ်များစွာကို ဖွင့်လှစ်ခဲ့သည်။", "relation: object", False, lang="my"),
    read_as(f"The China-Laos {words(6)} centre opens.", "named", True),
    read_as(f"The China-Laos {words(10)} centre opens.", "named", False),
    read_as(f"China opens a joint {words(3)} centre with Laos.", "named", True),
    read_as(f"China opens a joint {words(4)} centre with Laos.", "named", False),
    read_as("ไทย-จีน" + "ชาวบ้าน" * 3 + "ศูนย์เปิดตัว", "named", True, lang="th"),
    read_as("ไทย-จีน" + "ชาวบ้าน" * 6 + "ศูนย์เปิดตัว", "named", False, lang="th"),
    read_as("The China-Laos rice centre opened. Rain fell. Rain fell. The centre opens.", "pointing", True),
    read_as("The China-Laos rice centre opened. Rain fell. Rain fell. Rain fell. The centre opens.", "pointing", False),
]  # fmt: skip
CASES += [case for name, weight in weights().bases.evidence.items() if weight for case in weighed(name)]
