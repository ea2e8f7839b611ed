"""One small piece of news in ten languages, each with its own digits, signs, scales and months: what the same facts look like."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from babel import Locale
from hypothesis import strategies as st

LANGUAGES = ("en", "zh", "id", "ms", "vi", "th", "tl", "km", "lo", "my")
_SAID = {
    "en": "{firm} invests {money} yuan in {place} on {day}, builds {count} centres and grows by {share} percent",
    "zh": "{firm}{day}在{place}投资{money}元，建设{count}个中心，增长{share}%",
    "id": "{firm} menanamkan {money} yuan di {place} pada {day}, membangun {count} pusat dan tumbuh {share} persen",
    "ms": "{firm} melabur {money} yuan di {place} pada {day}, membina {count} pusat dan meningkat {share} peratus",
    "vi": "{firm} đầu tư {money} nhân dân tệ vào {place} ngày {day}, xây {count} trung tâm và tăng {share}%",
    "th": "{firm} ลงทุน {money} หยวนใน{place}เมื่อวันที่ {day} สร้างศูนย์ {count} แห่ง เพิ่มขึ้นร้อยละ {share}",
    "tl": "Namuhunan ang {firm} ng {money} yuan sa {place} noong {day}, nagtayo ng {count} sentro at lumago nang {share} porsyento",
    "km": "{firm} វិនិយោគ {money} យ័ន នៅ{place} នៅថ្ងៃទី{day} សាងសង់មជ្ឈមណ្ឌល {count} និងកើនឡើង {share}ភាគរយ",
    "lo": "{firm} ລົງທຶນ {money} ຢວນ ຢູ່{place} ໃນວັນທີ {day} ສ້າງສູນ {count} ແຫ່ງ ແລະ ເພີ່ມຂຶ້ນ {share}%",
    "my": "{firm} က {place}တွင် {day} ၌ ယွမ် {money} ရင်းနှီးမြှုပ်နှံပြီး စင်တာ {count} ခု တည်ဆောက်ကာ {share} ရာခိုင်နှုန်း တိုးတက်",
}  # fmt: skip
_PLACES = (
    dict.fromkeys(("en", "id", "ms", "tl"), "Vientiane")
    | {"zh": "万象", "vi": "Viêng Chăn", "th": "เวียงจันทน์", "km": "វៀងចន្ទន៍", "lo": "ວຽງຈັນ", "my": "ဗီယင်ကျန်း"},
    dict.fromkeys(("en", "id", "ms", "tl"), "Nanning")
    | {"zh": "南宁", "vi": "Nam Ninh", "th": "หนานหนิง", "km": "ណាននីង", "lo": "ໜານໜິງ", "my": "နန်နင်း"},
    dict.fromkeys(("en", "id", "ms", "tl"), "Phnom Penh")
    | {"zh": "金边", "vi": "Phnom Penh", "th": "พนมเปญ", "km": "ភ្នំពេញ", "lo": "ພະນົມເປັນ", "my": "ဖနွမ်းပင်"},
    dict.fromkeys(("en", "id", "ms", "tl"), "Yangon")
    | {"zh": "仰光", "vi": "Yangon", "th": "ย่างกุ้ง", "km": "យ៉ាំងហ្គោន", "lo": "ຢາງກຸ້ງ", "my": "ရန်ကုန်"},
)
_FIRMS = ("Sunda Karya", "PT Melati", "Delcom", "Hoaphat Group")
_ZEROS = {"th": 0x0E50, "lo": 0x0ED0, "km": 0x17E0, "my": 0x1040}
_MILLION = {
    "en": "million",
    "id": "juta",
    "ms": "juta",
    "vi": "triệu",
    "th": "ล้าน",
    "tl": "milyon",
    "km": "លាន",
    "lo": "ລ້ານ",
    "my": "သန်း",
}
_BILLION = {"en": "billion", "id": "miliar", "ms": "bilion", "vi": "tỷ", "th": "พันล้าน", "tl": "bilyon", "km": "ពាន់លាន", "lo": "ຕື້", "my": "ဘီလီယံ"}  # fmt: skip
_LOCALES = {"tl": "fil"}


@dataclass(frozen=True)
class Facts:
    """What happened: amounts of money and shares in tenths, so that they are exact."""

    money: int
    scale: int
    place: int
    day: date
    count: int
    share: int
    firm: str
    own_digits: bool
    buddhist: bool

    def changed(self, what: str) -> Facts:
        """The facts with one of them another one."""
        other = {
            "money": {"money": self.money * 3 + 7},
            "count": {"count": self.count * 2 + 5},
            "share": {"share": self.share * 3 + 11},
            "place": {"place": (self.place + 1) % len(_PLACES)},
            "day": {"day": self.day.replace(month=self.day.month % 12 + 1)},
            "firm": {"firm": "Brkovic Zelenka"},
        }
        return replace(self, **other[what])  # type: ignore[arg-type]


FACTS = st.builds(
    Facts,
    money=st.integers(11, 9_999),
    scale=st.sampled_from((6, 9)),
    place=st.integers(0, len(_PLACES) - 1),
    day=st.dates(date(2024, 1, 1), date(2027, 12, 28)).filter(lambda d: d.day < 29),
    count=st.integers(13, 4_000),
    share=st.integers(11, 990),
    firm=st.sampled_from(_FIRMS),
    own_digits=st.booleans(),
    buddhist=st.booleans(),
)
CHANGES = ("money", "count", "share", "place", "day", "firm")


def said(facts: Facts, lang: str) -> str:
    """The facts as a headline of a language tells them."""
    text = _SAID[lang].format(
        firm=facts.firm, money=_money(facts, lang), place=_PLACES[facts.place][lang], day=_day(facts, lang),
        count=_plain(facts.count * 10, lang), share=_plain(facts.share, lang),
    )  # fmt: skip
    if not (facts.own_digits and lang in _ZEROS):
        return text
    return "".join(chr(_ZEROS[lang] + int(c)) if c in "0123456789" else c for c in text)


def _plain(tenths: int, lang: str) -> str:
    whole, tenth = divmod(tenths, 10)
    group, decimal = (".", ",") if lang in ("id", "vi") else (",", ".")
    grouped = (
        f"{whole:,}".replace(",", group) if whole >= 10_000 or lang in ("en", "ms", "id") else str(whole)
    )
    return f"{grouped}{decimal}{tenth}" if tenth else grouped


def _money(facts: Facts, lang: str) -> str:
    if lang != "zh":
        names = _MILLION if facts.scale == 6 else _BILLION
        number = _plain(facts.money, lang)
        return f"{names[lang]} {number}" if lang == "my" and facts.own_digits else f"{number} {names[lang]}"
    value = facts.money * 10 ** (facts.scale - 1)
    unit, name = (10**8, "亿") if value >= 10**8 else (10**4, "万")
    whole, rest = divmod(value, unit)
    return f"{whole}{name}" + (f"{rest // 10**4}万" if rest else "")


def _day(facts: Facts, lang: str) -> str:
    day, month, year = facts.day.day, facts.day.month, facts.day.year
    if lang == "zh":
        return f"{year}年{month}月{day}日"
    if lang == "vi":
        return f"{day}/{month}/{year}"
    name = Locale.parse(_LOCALES.get(lang, lang)).months["format"]["wide"][month]
    shown = year + 543 if facts.buddhist and lang in ("th", "lo") else year
    return {
        "en": f"{name} {day}, {year}",
        "km": f"{day} ខែ{name} ឆ្នាំ{shown}",
        "my": f"{year} ခုနှစ် {name} {day} ရက်",
        "tl": f"{name} {day}, {year}",
    }.get(lang, f"{day} {name} {shown}")
