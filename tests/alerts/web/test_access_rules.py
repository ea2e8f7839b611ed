"""Who may use an endpoint of the console."""

from __future__ import annotations

import pytest

from alerts.identity.operators import Person
from alerts.operations.live_config import Live
from alerts.web.console.gate import AccessRule, Gate
from alerts.web.console.routes import SECTIONS, routes
from alerts.web.context import WebContext
from crawler.runtime.clock import now
from crawler.store import Store
from tests.builders import settings

OPERATOR, READER = Person("ana", "operator"), Person("bo", "reader")


@pytest.mark.parametrize(
    ("rule", "person", "looks", "posts"),
    [
        (AccessRule.PUBLIC, READER, True, True),
        (AccessRule.SIGNED_IN, READER, True, True),
        (AccessRule.READER, READER, True, False),
        (AccessRule.OPERATOR, READER, False, False),
        (AccessRule.PUBLIC, OPERATOR, True, True),
        (AccessRule.SIGNED_IN, OPERATOR, True, True),
        (AccessRule.READER, OPERATOR, True, True),
        (AccessRule.OPERATOR, OPERATOR, True, True),
    ],
)
def test_a_rule_admits_by_role_and_method(rule: AccessRule, person: Person, looks: bool, posts: bool) -> None:
    assert (rule.admits(person, "GET"), rule.admits(person, "POST")) == (looks, posts)


def test_only_public_endpoints_are_open_to_people_who_are_not_signed_in() -> None:
    assert [rule for rule in AccessRule if rule.admits_unknown()] == [AccessRule.PUBLIC]


def test_every_section_of_the_navigation_has_a_page(store: Store) -> None:
    web = WebContext(Live(None, settings()), store, now)
    paths = {route.path for route in routes(web)}
    assert {"/console/" if name == "today" else f"/console/{name}" for name in SECTIONS} <= paths
    assert Gate(web, SECTIONS).sections is SECTIONS
