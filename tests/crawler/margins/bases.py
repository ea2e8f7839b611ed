"""Reports near the thresholds of a new base, and of what is said of one."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from tests.builders import article, shipped_judge
from tests.crawler.margins.case import Case
from tests.crawler.margins.texts import after


def base_told(
    title: str, text: str, lang: str, seen: datetime | None, names: tuple[str, ...]
) -> dict[str, Any]:
    """What is said of the base that an article reports: those of its facts that are asked for."""
    one = article(title, text, lang_hint=lang, **({"first_seen": seen} if seen else {}))
    reading = shipped_judge().classify_without_features(one)
    base = reading.bases[0] if reading.bases else None
    return {name: reading.new_base if name == "new_base" else getattr(base, name, None) for name in names}


def told(title: str, text: str, *, lang: str = "en", seen: datetime | None = None, **expected: Any) -> Case:
    """A report with what is right to say of its base."""
    name = f"{title or 'no headline'} | {text if len(text) < 160 else '… ' + text[-160:]}{f' ({seen:%d %B})' if seen else ''}"
    return Case(name, partial(base_told, title, text, lang, seen, tuple(expected)), expected)


PARK, JOINT = "China-Laos industrial park", "China and Laos cooperate"
CASES = [
    told('China-Laos demonstration base hosts course', 'In Vientiane a course opened in the China-Laos demonstration base. In Boten a course opened in the China-Laos demonstration base.', new_base=True, stage='launched', cities=('Vientiane', 'Boten')),
    told('จีนและไทยร่วมมือ', 'ฐานสาธิตจีน-ไทย ชาวบ้าน เปิดตัวเมื่อวันจันทร์', new_base=False, lang='th'),
    told('China and Laos cooperate', 'China and Laos planned a China-Laos industrial park, talked for years with the province and launched it.', new_base=True, stage='launched'),
    told('China, Laos cooperate at industrial park', after(187) + 'China and Laos cooperate. The China-Laos industrial park was opened on Monday.', new_base=False),
    told('China-Laos industrial park opens', after(221) + 'China and Laos cooperate. China and Laos opened the China-Laos industrial park in Vientiane on 26 November.', new_base=True, stage='launched', cities=('Vientiane',), date=date(2025, 11, 26), sentence='China and Laos opened the China-Laos industrial park in Vientiane on 26 November.'),
    told('China and Laos cooperate', 'The China-Laos industrial park opened on 1 October.', new_base=True, stage='launched'),
    told('จีนและไทยร่วมมือ', 'จีน-ไทยฝึกอบรมฝึกอบรมฝึกอบรมศูนย์ เปิดตัวเมื่อวันจันทร์', new_base=True, stage='launched', date=date(2025, 11, 24), lang='th'),
    told('China and Laos cooperate', 'The China-Laos industrial park opened. The day was 1 September.', new_base=False),
    told('จีนและไทยร่วมมือ', 'จีน-ไทยฝึกอบรมฝึกอบรมฝึกอบรมฝึกอบรมฝึกอบรมศูนย์ เปิดตัวเมื่อวันจันทร์', new_base=False, lang='th'),
    told('China and Laos cooperate', 'The China-Laos industrial park opened. ' + after(258) + 'The day was 3 November.', new_base=True, stage='launched', date=date(2025, 11, 3)),
    told('China-Laos industrial park opens', after(529) + 'China and Laos cooperate. China and Laos opened the China-Laos industrial park in Vientiane on 26 November.', new_base=True, stage='launched', cities=('Vientiane',), sentence='China-Laos industrial park opens'),
    told('中国与老挝合作', '中老产业园揭牌。此前已于2023年签约。', new_base=False, lang='zh'),
    told('中国与老挝合作', '中老产业园揭牌居民注视。此前已于2023年签约。', new_base=True, stage='launched', lang='zh'),
    told('China-Laos industrial park marks anniversary', 'The China-Laos industrial park was opened. ', new_base=False),
    told('China and Laos cooperate', 'The China-Laos industrial park 2024 opened in Vientiane.', new_base=False),
    told('China and Laos cooperate', 'Phase two of the China-Laos industrial park was completed.', new_base=False, name='China-Laos industrial park', stage='expanded'),
    told('China and Laos cooperate', 'The China-Laos industrial park opened with music of the people in October.', new_base=True, stage='launched'),
    told('China and Laos cooperate', 'China and Laos will advance the China-Laos industrial park, launched on Monday.', new_base=False),
    told('China and Laos cooperate', 'China and Laos will push forward the China-Laos industrial park, launched on Monday.', new_base=True, stage='launched', date=date(2025, 11, 24)),
    told('China and Laos cooperate', 'The China-Laos industrial park opened with songs of the people there and of the guests in 2024.', new_base=False),
    told('China-Laos industrial park', 'China and Laos opened after long talks with the old owner of the land by the river an industrial park.', new_base=False),
    told('China and Laos cooperate', 'The China-Laos industrial park beside the river and its port is in Vientiane. Opened on Monday, it trains farmers.', new_base=False),
    told('China and Laos cooperate', 'In Vientiane an expo opened at the China-Laos industrial park. In Boten an expo opened at the China-Laos industrial park.', new_base=False),
    told('China and Laos cooperate', 'China and Laos planned a China-Laos industrial park in Vientiane. ' + after(50) + 'The China-Laos industrial park was later launched.', new_base=True, stage='launched', cities=('Vientiane',), sentence='The China-Laos industrial park was later launched.'),
    told('China-Laos industrial park opens', 'The park was opened on Monday. ' + after(700) + 'The China-Laos Golden Mekong Silk Weaving Industrial Park is in Boten.', new_base=True, name='China-Laos Golden Mekong Silk Weaving Industrial Park', stage='launched', cities=('Boten',), date=date(2025, 11, 24)),
    told('China-Laos industrial park opens', 'The park was opened on Monday. ' + after(1284) + 'The China-Laos Golden Mekong Silk Weaving Industrial Park is in Boten.', new_base=True, name='China-Laos industrial park', stage='launched', cities=('Boten',), date=date(2025, 11, 24)),

    told(PARK, f"They will advance the {PARK}, launched on Monday.", new_base=False),
    told(PARK, f"They will advance the {PARK}, launched on Monday. They will advance the {PARK}, planned in May.", new_base=True),
    told(JOINT, f"The {PARK} opened with songs of the people there and of their guests from the other bank of the long river in 2024.", new_base=True),
    told("", f"A course was launched at the {PARK}. They will advance the China-Laos demonstration base, launched on Monday.", new_base=True),
    told("", f"It rained in the hills for all of Monday. A course was launched at the {PARK}. They will advance the China-Laos demonstration base, launched then.", new_base=False),
    told(JOINT, "China on Monday opened a joint rice seed fish centre with its partner Laos.", new_base=True),
    told(JOINT, "China on Monday opened a joint rice seed and fruit centre with its partner Laos.", new_base=False),
    told(PARK, f"{after(300)}The {PARK}, after long talks with the owners of the land, was opened. {after(500)}The {PARK} was opened.", new_base=True),
    told(PARK, f"{after(300)}The {PARK}, after long talks with the owners of the land, was opened. {after(500)}The {PARK}, after long talks with the owners of the land, was opened.", new_base=False),
    told(JOINT, f"The {PARK} opened in October.", seen=datetime(2025, 11, 10, tzinfo=UTC), new_base=True),
    told(JOINT, f"The {PARK} opened in October.", seen=datetime(2025, 11, 18, tzinfo=UTC), new_base=False),
    told(f"{PARK} opens on its anniversary", f"The {PARK} was opened. {after(300)}It has attracted firms over the years. Years ago it rained.", new_base=True),
    told(JOINT, f"The {PARK} was opened. {after(300)}It has attracted firms over the years.", new_base=False),
    told(f"{PARK} and its firms", f"The {PARK} was opened. {after(300)}It has attracted firms over the years.", new_base=False),
    told(JOINT, f"A course was launched at the {PARK}. An expo opened at the {PARK}. A fair opened at the {PARK}.", new_base=False),
    told("นิคมอุตสาหกรรมจีน-ไทย", "นิคมอุตสาหกรรมจีน-ไทย " + "ชาวบ้านเฝ้าดูแม่น้ำ " * 1 + "เปิดตัวเมื่อวันจันทร์", lang="th", new_base=True),
    told("นิคมอุตสาหกรรมจีน-ไทย", "นิคมอุตสาหกรรมจีน-ไทย " + "ชาวบ้านเฝ้าดูแม่น้ำ " * 2 + "เปิดตัวเมื่อวันจันทร์", lang="th", new_base=False),
    told(f"{PARK}", f"The {PARK} is in Boten. It opened on Monday.", new_base=True),
    told(f"{PARK}", f"The {PARK} is in Boten. Now opened, it is busy.", new_base=False),
    told(PARK, f"The {PARK} is in Boten, {after(160).replace('.', ',')}and there. Opened on Monday, it is busy.", new_base=True),
    told(PARK, f"The {PARK} is in Boten, {after(340).replace('.', ',')}and there. Opened on Monday, it is busy.", new_base=False),
    told(f"{PARK} opens", f"{after(300)}The {PARK}, after long talks with the owners of the land, was opened.", sentence=f"{PARK} opens"),
    told(JOINT, "China and Laos signed a new industrial park, which after long talks with the owners will be opened.", stage="signed"),
    told(JOINT, f"The {PARK} opened. {after(700)}The day was 20 November.", new_base=True, date=None),
    told(JOINT, f"The {PARK} opened. {after(60)}The day was 5 October.", new_base=True, date=None),
    told(JOINT, f"The {PARK} has, after long talks with its firms, expanded.", stage=None),
    told(JOINT, f"The {PARK}, begun in 2024 and so opened, trains farmers.", new_base=True),
]  # fmt: skip
