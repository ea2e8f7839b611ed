"""Which agency an article credits, in the ways in which outlets do that."""

from __future__ import annotations

import pytest

from crawler.judging.entities.credit import credit_of


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        ("SHENZHEN, Nov. 29 (Xinhua) -- China and ASEAN launched a base.", "Xinhua"),
        ("新华社南宁9月17日电 博览会开幕。", "Xinhua"),
        ("中新社南寧10月20日電 廣西與東盟。", "China News Service"),
        ("ซินหัวสายไหม: ช่องทางหนานหนิง", "Xinhua"),
        ("Beijing (ANTARA) - Indonesia dan China.", "Antara"),
        ("NANNING (China), 15 Sept (Bernama) -- Nanning memberi tumpuan.", "Bernama"),
        ("Harga sawit naik. " * 12 + "\n- BERNAMA", "Bernama"),
        ("Hanoi (VNA) – Vietnam and China met.", "VNA"),
        ("Theo TTXVN tại Trung Quốc, cửa khẩu mở lại.", "VNA"),
        ("AKP Phnom Penh, November 3, 2025 -- The minister said.", "AKP"),
        ("(KPL) Deputy Prime Minister attended.", "KPL"),
        ("MANILA (PNA) -- The envoy said.", "PNA"),
    ],
)
def test_a_credit_is_recognised(text: str, agency: str) -> None:
    assert credit_of(text) == agency


@pytest.mark.parametrize(
    "text",
    [
        "Xinhua's president visited Hanoi and met editors.",
        "The bank told Reuters reporters nothing.",
        "",
        "A map of the antara river.",
    ],
)
def test_what_only_names_an_agency_credits_none(text: str) -> None:
    assert credit_of(text) is None
