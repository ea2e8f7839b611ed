"""What a change of the configuration would do to alerts."""

from __future__ import annotations

from alerts.analysis.backtest import compare_alerts
from crawler.analysis.backtest import trials_of
from crawler.analysis.history import PastArticle
from crawler.config.settings import Subscription
from crawler.judging.judge import Judge
from tests.builders import article, shipped

BASE = (
    "China-ASEAN training base launched in Nanning",
    "China and ASEAN launched a training base in Nanning on Friday.",
)
TRADE = (
    "China and Vietnam widen trade",
    "China and Vietnam agreed on more trade and investment between the two countries.",
)
HISTORY = [
    PastArticle(1, article(*BASE), 1, False),
    PastArticle(2, article(*BASE, url="https://outlet.example/2"), 1, True),
    PastArticle(3, article(*TRADE, url="https://outlet.example/3"), 2, False),
]


def test_alerts_gained_and_lost_by_event_and_subscription() -> None:
    desk = {"name": "desk", "channel": "folder", "topics": ("demonstration_base", "trade_investment")}
    old = shipped().model_copy(update={"subscriptions": (Subscription.model_validate(desk),)})
    topics = dict(old.topics)
    topics["trade_investment"] = topics["trade_investment"].model_copy(update={"query": "durian"})
    new = old.model_copy(update={"topics": topics})
    trials = list(trials_of(HISTORY, Judge(old.rules()), Judge(new.rules())))
    found = compare_alerts(trials, old, new)
    assert (found.before, found.after) == (2, 1)
    assert [(c.subscription, c.kind, c.past.id) for c in found.lost] == [("desk", "story", 3)]
    back = compare_alerts(list(trials_of(HISTORY, Judge(new.rules()), Judge(old.rules()))), new, old)
    assert [(c.kind, c.past.id) for c in back.gained] == [("story", 3)]
    assert back.lost == []
