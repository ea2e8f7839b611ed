"""What the form of a subscription says of its topics: all, only some, or all but some; and that nothing else is reordered."""

from __future__ import annotations

import pytest

from alerts.web.preferences import choices, fields, problems, topics_problem
from crawler.config.settings import Subscription
from tests.builders import shipped

NAMES = ("health", "finance", "tourism")
MODES = {"all": (), "only": ("health", "finance"), "except": ("tourism",)}
SAID = [
    # was, mode, ticked: the topics that come, and those that do not
    ("only", "all", ("finance", "health"), (), ()),
    ("except", "all", ("tourism",), (), ()),
    ("only", "all", (), (), ()),
    ("all", "all", (), (), ()),
    ("all", "all", ("health",), ("health",), ()),  # ticked, and "all" was left as it was
    ("all", "", ("health",), ("health",), ()),
    ("all", "only", ("health",), ("health",), ()),
    ("all", "except", ("health",), (), ("health",)),
    ("only", "only", ("finance", "health"), ("health", "finance"), ()),  # as it was, in its own order
    ("only", "only", ("finance", "tourism", "health"), ("health", "finance", "tourism"), ()),
    ("only", "only", ("finance",), ("finance",), ()),
    ("only", "except", ("finance", "health"), (), ("health", "finance")),
    ("except", "except", (), (), ()),
    ("except", "except", ("finance", "tourism"), (), ("tourism", "finance")),
    ("except", "only", ("tourism",), ("tourism",), ()),
]


def subscription(was: str, **more: object) -> Subscription:
    key = "except_topics" if was == "except" else "topics"
    return Subscription.model_validate({"name": "desk", key: MODES[was], **more})


@pytest.mark.parametrize(("was", "mode", "ticked", "come", "do_not"), SAID)
def test_the_topics_are_those_that_the_form_says(
    was: str, mode: str, ticked: tuple[str, ...], come: tuple[str, ...], do_not: tuple[str, ...]
) -> None:
    form = {"topics": ticked, **({"topics_mode": [mode]} if mode else {})}
    made = choices(form, subscription(was))
    assert (tuple(made["topics"]), tuple(made["except_topics"])) == (come, do_not)
    assert topics_problem(form, subscription(was)) is None


@pytest.mark.parametrize("was", MODES)
def test_only_without_a_topic_is_an_error_at_the_topics(was: str) -> None:
    form = {"topics_mode": ["only"]}
    assert topics_problem(form, subscription(was)) and topics_problem(form)
    assert "tick the topics" in problems(shipped(), "en", form, subscription(was))["topics"]


@pytest.mark.parametrize("was", MODES)
def test_another_hour_changes_nothing_else(was: str) -> None:
    former = subscription(was, languages=["zh", "en"], countries=["VN", "LA"], when="daily 07:30")
    shown = fields(shipped(), "en", former)
    chosen = shown["chosen"]
    # A browser sends what is ticked in the order of the page.
    form = {
        name: [value for value, _ in shown[name] if value in chosen[name]]
        for name in ("topics", "languages", "countries")
    }
    form |= {"topics_mode": [chosen["topics_mode"]], "rhythm": ["daily"], "at": ["09:15"]}
    made = Subscription.model_validate({**choices(form, former), "name": "desk"})
    assert str(made.when) == "daily 09:15"
    assert made.model_copy(update={"when": former.when, "timezone": None}) == former


def test_what_wants_some_and_not_others_keeps_both() -> None:
    both = {"name": "desk", "topics": ["health", "finance"], "except_topics": ["finance"]}
    made = choices({"topics": ["health"], "topics_mode": ["only"]}, Subscription.model_validate(both))
    assert (tuple(made["topics"]), tuple(made["except_topics"])) == (("health", "finance"), ("finance",))
