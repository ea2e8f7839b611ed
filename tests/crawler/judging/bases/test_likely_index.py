"""Of a register the base that a report speaks of is found without comparing all, and is the one that comparing all would find."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from crawler.judging.bases.fields import fields_of_base, related_kinds
from crawler.judging.bases.likely import MOST_DAYS, BaseAsked
from crawler.judging.bases.likely_index import LikelyBases
from crawler.judging.bases.sameness import KnownBase, same_base
from crawler.judging.bases.stages import STAGES
from crawler.judging.parties import CHINA_ASEAN
from crawler.judging.places.event_places import ground_of_base, meet
from crawler.model import BaseMention

NOON = datetime(2026, 3, 4, 12, 0, 0, 1, UTC)
NAMES = {
    "en": ("China-Laos Rice Laboratory", "China-Laos Mekong Rice Laboratory", "CHINA–LAOS RICE RESEARCH CENTRE", "Qinghe Centre", "Luban Workshop",
           "joint laboratory", "China-Laos Joint Laboratory", "China-ASEAN Railway Academy", "AI", "", "!!!", "joint laboratory (China–Laos), Vientiane"),
    "zh": ("中老水稻联合实验室", "中老联合实验室", "中国—东盟水稻技术培训中心", "农业技术示范基地", "鲁班工坊", "水[国际]研", "赛色塔综合开发区", "UTM中心", "。"),
    "lo": ("ສູນຝຶກອົບຮົມປູກເຂົ້າຈີນ-ລາວ", "ຫ້ອງທົດລອງຮ່ວມຈີນ-ລາວ", "ສູນ UTM"),
    "th": ("ศูนย์ข้าวไทย-จีน", "ห้องปฏิบัติการร่วมไทย-จีน", "ศูนย์ฝึกอบรมรถไฟจีน-ลาว"),
    "vi": ("Phòng thí nghiệm lúa Trung Quốc – Lào", "Trung tâm Văn hóa Trung Quốc", "Trung tâm đào tạo đường sắt"),
    "id": ("Laboratorium Padi Tiongkok-Laos", "Pusat Pelatihan Perikanan Tiongkok-Laos", "pusat bersama"),
    "ms": ("Makmal Padi China-Laos", "Bengkel Luban"),
    "km": ("មជ្ឈមណ្ឌលស្រូវចិន-ឡាវ", "មន្ទីរពិសោធន៍រួមចិន-កម្ពុជា"),
    "my": ("တရုတ်-မြန်မာ စပါးဓာတ်ခွဲခန်း", "ဓာတ်ခွဲခန်း"),
    "tl": ("Sentro ng Palay ng Tsina at Laos", "Luban Workshop"),
}  # fmt: skip
LANGUAGES = list(NAMES)
ENGLISH = (
    "",
    "",
    "China-Laos Rice Laboratory",
    "Laboratory for Rice of China-Laos",
    "a b",
    "laboratory (China–Laos)",
)
CITIES = ("Vientiane", "Luang Prabang", "Pakse", "Nanning", "Bitung")
SENTENCES = ("A rice laboratory was opened.", "Students learn to drive trains.", "中心在万象揭牌。", "")
KINDS = ("laboratory", "centre", "zone", "workshop")
DAYS = (None, date(2026, 3, 3), date(2026, 3, 1), date(2019, 5, 1))

ages = st.sampled_from((
    timedelta(0), timedelta(hours=-30), timedelta(days=2), timedelta(days=3), timedelta(days=3, microseconds=1),
    timedelta(days=45), timedelta(days=900),
))  # fmt: skip
languages = st.sampled_from(LANGUAGES)
named = languages.flatmap(lambda lang: st.tuples(st.just(lang), st.sampled_from(NAMES[lang])))
towns = st.lists(st.sampled_from(CITIES), max_size=2, unique=True).map(tuple)
lands = st.lists(st.sampled_from(("CN", "LA", "TH", "ID")), max_size=3, unique=True).map(tuple)


@st.composite
def known_bases(draw: st.DrawFn) -> KnownBase:
    names = tuple(draw(st.lists(named, min_size=1, max_size=3, unique=True)))
    lang, name = names[0]
    days = draw(st.lists(st.sampled_from(DAYS[1:]), max_size=2))
    many = (
        [date(2000, 1, 1) + timedelta(days=n) for n in range(MOST_DAYS + 1)]
        if draw(st.integers(0, 9)) == 0
        else []
    )
    return KnownBase(
        0, draw(st.sampled_from(KINDS)), frozenset(draw(towns)), names, frozenset(), frozenset(draw(lands)), draw(st.sampled_from(STAGES)),
        draw(st.one_of(st.none(), ages.map(lambda age: NOON - age))), frozenset([d for d in days if d] + many),
        fields_of_base(name, "", draw(st.sampled_from(SENTENCES)), lang), frozenset(filter(None, draw(st.lists(st.sampled_from(ENGLISH), max_size=2)))),
    )  # fmt: skip


@st.composite
def mentions(draw: st.DrawFn) -> tuple[BaseMention, str]:
    lang, name = draw(named)
    said = BaseMention(
        "", name, draw(st.sampled_from(KINDS)), draw(st.sampled_from(STAGES)), draw(towns), draw(lands), draw(st.sampled_from(DAYS)),
        draw(st.sampled_from(SENTENCES)), name_en=draw(st.sampled_from(ENGLISH)), is_new=draw(st.booleans()),
    )  # fmt: skip
    return said, lang


def may_lie_together(mention: BaseMention, known: KnownBase) -> bool:
    """Whether a base is looked at at all: it is called alike, and lies in no other town or country."""
    mine = ground_of_base(mention.cities, mention.countries, CHINA_ASEAN).lands
    theirs = ground_of_base(known.cities, known.countries, CHINA_ASEAN).lands
    return (
        known.kind in related_kinds(mention.kind)
        and not (mine and theirs and mine.isdisjoint(theirs))
        and (not mention.cities or not known.cities or meet(mention.cities, known.cities))
    )


@given(
    st.lists(known_bases(), max_size=12), mentions(), st.lists(st.integers(0, 11), max_size=3), st.lists(known_bases(), max_size=3),
    st.one_of(st.none(), st.just(NOON)),
)  # fmt: skip
def test_the_best_that_comparing_all_finds_is_found(
    those: list[KnownBase],
    asked: tuple[BaseMention, str],
    gone: list[int],
    changed: list[KnownBase],
    when: datetime | None,
) -> None:
    register = {number: replace(base, id=number) for number, base in enumerate(those)}
    indexes = {kind: LikelyBases(kind) for kind in KINDS}
    for base in register.values():
        indexes[base.kind].put(base)
    # Bases go, change, and others come in their places.
    for number in gone:
        if number in register:
            indexes[register.pop(number).kind].remove(number)
    for number, base in enumerate(changed):
        if number in register and register[number].kind != base.kind:
            indexes[register[number].kind].remove(number)
        register[number] = replace(base, id=number)
        indexes[base.kind].put(register[number])

    mention, lang = asked
    likely = [
        one
        for kind in related_kinds(mention.kind)
        if kind in indexes
        for one in indexes[kind].likeliest(BaseAsked(mention, lang, when, CHINA_ASEAN))
    ]
    bounds = {number: bound for bound, number in likely}
    assert len(bounds) == len(likely)
    for base in register.values():
        if may_lie_together(mention, base):
            score = same_base(mention, lang, None, base, when)
            assert bounds.get(base.id, 0.0) >= score, base
        else:
            assert base.id not in bounds
