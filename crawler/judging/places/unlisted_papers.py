"""Papers, agencies and stations with a place in their names that no list has: the Hanoi Courier reports, 据曼谷信使日报报道.

Only where somebody cites them as papers are cited. A word that businesses are called by, too (Post, Express), is none: Thailand Post
reports its figures, and Laos Express its passengers.
"""

from __future__ import annotations

import re

_BLANK = "[ \u00a0]"
_DAYS = "Daily|Morning|Evening|Sunday|Weekly|Weekend"
_PAPERS = "Courier|Herald|Tribune|Gazette|Chronicle|Inquirer|Examiner|Telegraph|Dispatch|Sentinel|Newspaper|Observer|Times"
_PAPERS_OF_TOWNS = "Globe|Bulletin|Insider|Mirror|Independent|Argus|Advertiser|Daily|Record|Journal|Review"
_OF_A_DAY = "Mail|Star|Sun|Express|Standard|Guardian|News|Journal|Mirror|Post|Globe|Echo|Record|Bulletin|Independent|Leader|Press"
"""What is a paper where it is one of a day: the Daily Bangkok Mail."""
_STATIONS = "News(?: (?:Agency|Network|Service))?|(?:National )?(?:Television|TV|Radio)|Press Agency|Broadcasting (?:Corporation|Service)"
_NAME = re.compile(
    rf"(?:{_BLANK}(?:(?:{_DAYS}){_BLANK}(?P<daily>{_OF_A_DAY})|(?:(?:{_DAYS}|Business|Economic){_BLANK})?(?P<paper>{_PAPERS})"
    rf"|(?P<town>{_PAPERS_OF_TOWNS})|(?P<station>{_STATIONS})|(?P<other>{_OF_A_DAY})))(?![\w-])"
)
_DAILY_BEFORE = re.compile(rf"(?:^|\W)(?:{_DAYS}){_BLANK}$")
_OF_BUSINESS = (
    "profits?|loss(?:es)?|sales|revenues?|earnings|results|growth|rise|fall|drop|gain|record|decline|increase|surge|jump|delays?"
    "|passengers?|parcels?|visitors"
)
_NO_PAPER = rf"(?!\s(?:(?:its|\d|[$%€¥])|(?:\S+\s){{0,3}}?(?:{_OF_BUSINESS})(?!\w)))"
"""What businesses report of themselves."""
_WRITING = (
    r"writes|wrote|quot(?:es|ed|ing)|cit(?:es|ed|ing)|editorials?|column(?:s|ists?)?|journalists?|correspondents?|reporters?|newspaper"
    r"|commentary|op-ed|melaporkan|lapor|menulis|mengutip|memberitakan|mewartakan|melansir|đưa tin|viết|dẫn"
)
_SAYING = rf"(?:['’]s)?,?\s(?:ha[sd]\s|also\s)?(?:report(?:s|ed)(?!\w){_NO_PAPER}|reporting(?!\w)|(?:{_WRITING})(?!\w))"
_SAYING_BEHIND = re.compile(_SAYING, re.IGNORECASE)
_SAID_BEHIND = re.compile(
    r"(?:['’]s)?,?\s(?:says?|said|tells|told|learn(?:s|ed)|reveals?|revealed|cho biết)(?!\w)", re.IGNORECASE
)
_CITED_BEFORE = re.compile(
    r"(?<!\w)(?:according to|told|quot(?:es|ed|ing)|cit(?:es|ed|ing)|reported by|wr(?:ote|ites|itten) in|(?:interview|article|column|commentary"
    r"|editorial|op-ed) (?:in|with|by)|newspaper|menurut|dikutip(?: dari)?|dilansir(?: dari)?|mengutip|memetik|theo|dẫn|ayon sa|(?:ini)?ulat ng|sabi ng)"
    rf"\s(?:(?:the|ang)\s)?(?:(?:New|{_DAYS}){_BLANK})?[“\"‘]?$",
    re.IGNORECASE,
)
_ENDS = re.compile(r"\s*(?:$|[.,;:)!?”\"’|–—]|\s(?:that|on|this|last|when|bahwa|rằng|ngày|na)(?!\w))")
_SOURCE = (
    re.compile(rf"(?:[(|]\s*|\s[–—-]\s)(?:The{_BLANK})?(?:(?:New|{_DAYS}){_BLANK})?$"),
    re.compile(r"\s*(?:$|[)|])"),
)

_VOICE = re.compile(
    rf"(?<![\w-])(?:Voice of|Radio(?: Television)?|Suara|Warta|Tribun|Đài [Tt]iếng nói){_BLANK}(?:the )?$"
)
_CAPITAL = r"[A-ZĐÀ-ÖØ-Þ][^\W\d_]*"
_PAPER_BEFORE = re.compile(
    r"(?:(?<!\w)(?:[Hh]arian|[Kk]oran|[Ss]urat [Kk]abar|[Aa]khbar|[Tt]abloid|[Mm]ajalah|[Pp]ahayagang)"
    r"|(?:^|[.,“\"(]\s*|(?<!\w)(?:[Tt]heo|[Tt]rên|[Dd]ẫn|[Tt]ờ)\s)(?:[Tt]ờ|[Bb]áo|[Nn]hật báo|[Tt]uần báo|[Tt]ạp chí|[Hh]ãng tin)"
    rf"|(?<=[Tt]heo tờ))\s(?P<more>(?:{_CAPITAL}\s){{0,2}})$"
)
_MAY_NAME_PAPER = re.compile(
    "(?:Voice of|Radio|Television|Suara|Warta|Tribun|nói|arian|oran|abar|khbar|abloid|ajalah|ahayagang|[Tt]ờ|[Bb]áo|ạp chí|ãng tin)\\s"
)
"""The last words of what `_VOICE` and `_PAPER_BEFORE` find."""
_REST_OF_NAME = re.compile(
    rf"(?P<more>(?:\s{_CAPITAL}){{0,2}})(?=[,.;:)”\"]|$|\s(?:ngày|số|pada|edisi|noong)(?!\w)|{_SAYING}|\scho biết)"
)

_OWN_NEWS = re.compile(
    r"[^.;:!?]*?(?<!\w)(?:joint|cooperation|collaboration|deals?|pacts?|agreements?|partnerships?|talks|ties|trade|kerja ?sama|hợp tác)\s"
    r"(?:[\w-]+\s){0,3}?(?:with|dengan|với)(?!\w)",
    re.IGNORECASE,
)
"""News of two, of whom the paper's own country may be the one that is not named: Vietnam News Agency reports a deal with China."""
_OWN_NEWS_IN_HAN = re.compile("[，：,: ]?(?:与|與|和|同|跟)")

_HAN_KINDS = (
    "日 晚 晨 早 时 時 商 邮 郵 周 导 導 卫 衛 镜 鏡 星 旗 论坛 論壇 先驱 先驅 新闻 新聞 经济 經濟 青年 人民 独立 獨立 观察家 觀察家"
    " 环球 環球 纪事 紀事 太阳 太陽 世界 信使 快 民 每日电讯 每日電訊"
)
_HAN_VERBS = "报道|報道|報導|援引|引述|刊文|刊登|撰文|社论|社論|消息|评论(?:称|说|道)|評論"
_HAN = re.compile(
    rf"[^\W\d_《》]{{0,4}}?(?:(?:{_HAN_KINDS.replace(' ', '|')})[报報](?:网站?|網站?)?(?:\d{{1,2}}日)?(?:{_HAN_VERBS}|[称稱说說](?![赞讚为為]))"
    rf"|(?:通讯社|通訊社|新闻社|新聞社|电视台|電視台|广播电台|廣播電台)(?:网站?|網站?)?(?:\d{{1,2}}日)?(?:{_HAN_VERBS}))"
)
_UNSPACED_BEFORE = re.compile(r"(?:หนังสือพิมพ์|นสพ\.|สำนักข่าว|ໜັງສືພິມ|ສຳນັກຂ່າວ|កាសែត)(?:เดอะ|ເດີະ)?\s?$")
_UNSPACED_BEHIND = re.compile(r"\S{0,24}?\s?(?:รายงาน|ระบุ|เผยแพร่|ລາຍງານ|រាយការណ៍|បានរាយការណ៍|ចេញផ្សាយ)")
_BURMESE_BEHIND = re.compile(r"\S{0,16}?သတင်းစာ\S{0,4}?(?:က|၏|\s)")


def is_unlisted_paper(before: str, behind: str, *, of_country: bool) -> bool:
    """Whether a place in Latin letters is a part of the name of a paper that is cited here.

    Args:
        before: what stands before the place.
        behind: what stands behind it.
        of_country: whether it is a country; fewer words beside one make a paper's name.
    """
    return _is_named(before, behind, of_country=of_country) and not _OWN_NEWS.match(behind)


def _is_named(before: str, behind: str, *, of_country: bool) -> bool:
    found = _NAME.match(behind)
    if found is not None and _is_cited(found, before, behind[found.end() :], of_country=of_country):
        return True
    # What names a paper before a place has one of these words: most places have none, and need no more patterns.
    if not _MAY_NAME_PAPER.search(before):
        return False
    if _VOICE.search(before):
        return _SAYING_BEHIND.match(behind) is not None
    start = _PAPER_BEFORE.search(before)
    rest = _REST_OF_NAME.match(behind) if start is not None else None
    # "harian Jakarta" alone may be any paper of the town; a name has another word.
    return start is not None and rest is not None and bool(start["more"] or rest["more"])


def _is_cited(found: re.Match[str], before: str, rest: str, *, of_country: bool) -> bool:
    kind = found.lastgroup
    if kind == "other" or (kind == "town" and of_country):
        if not _DAILY_BEFORE.search(before):
            return kind == "other" and found["other"] == "News" and bool(_SAYING_BEHIND.match(rest))
        kind = "daily"
    if _SAYING_BEHIND.match(rest) or (_CITED_BEFORE.search(before) and _ENDS.match(rest)):
        return True
    if kind == "station":
        return False
    opening, closing = _SOURCE
    return bool(_SAID_BEHIND.match(rest) or (opening.search(before) and closing.match(rest)))


def is_unlisted_paper_elsewhere(before: str, behind: str, *, script: str, of_country: bool) -> bool:
    """The same for a place in a script without spaces.

    Args:
        before: what stands before the place.
        behind: what stands behind it.
        script: the script of the place.
        of_country: whether it is a country. In Thai and its neighbours "the agency of Vietnam" looks like a name, and is left alone.
    """
    if script == "han":
        found = _HAN.match(behind)
        return found is not None and not _OWN_NEWS_IN_HAN.match(behind, found.end())
    if of_country:
        return False
    if script == "myanmar":
        return _BURMESE_BEHIND.match(behind) is not None
    return _UNSPACED_BEFORE.search(before) is not None and _UNSPACED_BEHIND.match(behind) is not None
