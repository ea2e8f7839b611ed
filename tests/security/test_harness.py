"""Checks of the tools that the other tests of this folder use."""

from __future__ import annotations

import urllib.request

from tests.security.service import Service


def test_both_ways_lead_to_one_service(site: str, service: Service) -> None:
    with urllib.request.urlopen(f"{site}/healthz") as answer:
        assert answer.read() == b"ok\n"
    assert service.memory() > 1_000_000
