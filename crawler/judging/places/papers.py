"""Names of papers with a place in them: the Washington Post, China Daily where it is cited, 《雅加达邮报》."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from crawler.runtime.data_tables import table

_CLUB = re.compile(r"[ \u00a0](?:Saint-Germain|F\.?C\.?)(?![\w-])")
_REPORTS = (
    r"report(?:s|ed|er|ers|ing)?|says?|said|writes?|wrote|written|quot(?:es|ed|ing)|cit(?:es|ed|ing)|editorials?|column(?:s|ists?)?"
    r"|journalists?|correspondents?|website|newspaper|interview(?:s|ed)?|commentary|op-ed|publish(?:es|ed)|tells|told|learn(?:s|ed)"
    r"|reveals?|revealed|article|story|melaporkan|lapor|menulis|mengutip|memberitakan|đưa tin|viết|cho biết|dẫn"
)
_REPORTS_BEHIND = re.compile(rf"(?:['’]s)?,?\s(?:ha[sd]\s|also\s)?(?:{_REPORTS})(?!\w)", re.IGNORECASE)
_CITED_BEFORE = re.compile(
    r"(?:(?<!\w)(?:according to|told|by|via|quot(?:es|ed|ing)|cit(?:es|ed|ing)|reported|published in|wr(?:ote|ites|itten) in|(?:interview|article"
    r"|column|commentary|editorial|op-ed) (?:in|with|by)|said in|source:?|newspaper|menurut|dikutip(?: dari)?|dilansir(?: dari)?|mengutip|kepada"
    r"|harian|koran|surat kabar|akhbar|memetik|lapor|theo|tờ|báo|nhật báo|dẫn|ayon sa|pahayagang)\s(?:the\s)?[“\"‘]?)$",
    re.IGNORECASE,
)
_NO_MORE = re.compile(
    r"\s*(?:$|[.,;:)!?”\"’|–—-]|\s(?:that|on|in|at|during|this|last|when|as|and|bahwa|pada|yang|rằng|ngày|hôm)(?!\w))"
)
"""What may stand behind a name that the words before it cite: nothing that goes on with a noun."""
_SET_OFF = re.compile(r"(?:^|[(|–—]\s*|\s-\s)$"), re.compile(r"\s*(?:$|[):|])")
"""What stands around a name that is the source of a whole text: "(China Daily)", "China Daily: Laos …", "… - China Daily"."""
_ACTS = re.compile(
    r"[^.;:!?]*?(?<!\w)(?:sign|ink|partner|cooperat|agree|pact|team|memorandum|MoU|deal|ký|hợp tác|kerja ?sama|menandatangani|menjalin)",
    re.IGNORECASE,
)
"""What a paper does as a party: that is news of its country."""
_GOES_ON = re.compile(
    r"[ \u00a0]+(?:[A-Z][^\W\d_]|(?:flights?|trade|visits?|talks|office|services?|trains?)(?!\w))"
)
_OPENING = re.compile(r"《[^》]{0,8}$")
_KINDS = (
    "日 晚 晨 早 时 時 商 邮 郵 周 导 導 卫 衛 镜 鏡 星 旗 论坛 論壇 先驱 先驅 新闻 新聞 经济 經濟 青年 人民 独立 獨立 观察家 觀察家"
    " 环球 環球 纪事 紀事 太阳 太陽 世界"
)
_CLOSING = re.compile(rf"[^《》]{{0,8}}(?:(?:{_KINDS.replace(' ', '|')})[报報]|周刊|週刊|杂志|雜誌)》")


def is_paper(place: str, before: str, behind: str, *, of_country: bool) -> bool:
    """Whether a place in Latin letters is a part of the name of a paper that exists, or of a club.

    Args:
        place: the place as written, in small letters.
        before: what stands before it.
        behind: what stands behind it.
        of_country: whether it is a country; no club is called so.
    """
    if not of_country and _CLUB.match(behind):
        return True
    papers = _papers()
    for kind in ("always", "cited"):
        found = papers[kind][place].match(behind) if place in papers[kind] else None
        if found is None:
            continue
        rest = behind[found.end() :]
        if _is_cited(before, rest):
            return True
        return kind == "always" and not _GOES_ON.match(rest) and not _ACTS.match(rest)
    return False


def _is_cited(before: str, rest: str) -> bool:
    opening, closing = _SET_OFF
    return bool(
        _REPORTS_BEHIND.match(rest)
        or (_CITED_BEFORE.search(before) and _NO_MORE.match(rest))
        or (opening.search(before) and closing.match(rest))
    )


def is_paper_in_han(before: str, behind: str) -> bool:
    """Whether a place stands in the quoted name of a paper; 《联合公报》 is a communiqué."""
    return _OPENING.search(before) is not None and _CLOSING.match(behind) is not None


@cache
def _papers() -> Mapping[str, Mapping[str, re.Pattern[str]]]:
    return {
        kind: {
            place: re.compile(rf"[ \u00a0](?:{'|'.join(map(re.escape, names))})(?![\w-])")
            for place, names in papers.items()
        }
        for kind, papers in table("name_contexts.yaml")["papers"].items()
    }
