"""Many workers deliver like one process: refused stories, spellings of an address, bounces."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from alerts.incoming.mailbox import MailboxResult, take_in
from alerts.service.tasks import DeliveryHandlers
from alerts.subscriptions.suppression import load_suppressions
from crawler.store import Store
from crawler.store.jobs import enqueue
from tests.alerts.channels.chats import chatting, said
from tests.alerts.channels.test_chats import TOPICS, news, on, times_told
from tests.alerts.delivery_steps import begin, listed, statuses
from tests.alerts.incoming.test_bounces import arrive, notification
from tests.builders import later


def test_units_split_what_a_chat_refuses_and_hold_what_is_gone(database: str, tmp_path: Path) -> None:
    store = Store(database)
    store.upgrade()
    with chatting() as chat:
        own = on(chat).model_copy(
            update={"delivery": on(chat).delivery.model_copy(update={"public_url": None})}
        )
        chat.refuses = lambda text: "durian" in text
        begin(store, own)
        news(store, *TOPICS[:5])
        at = later(minutes=2)
        handlers = DeliveryHandlers(own, store, lambda: at, enqueue)
        handlers.select()
        handlers.render(["desk"])
        handlers.send("way")
        assert times_told(chat, TOPICS[:5]) == [0, 1, 1, 1, 1]
        assert set(statuses(store)) == {"split", "sent", "failed"}
        chat.no, chat.refuses = said(410), lambda text: True
        news(store, "cinema", minutes=3)
        at += timedelta(hours=1)
        handlers.select()
        handlers.render(["desk"])
        handlers.send("way")
        handlers.send("way")
        assert statuses(store).count("pending") == 1
        handlers.close()
    sent = next(r for r in listed(store) if r["status"] == "sent")
    mail = notification(sent["recipient"].upper(), sent["message_id"])
    assert take_in(store, own, arrive(tmp_path / "b", mail), later(days=1)) == MailboxResult(bounces=1)
    with store.read() as connection:
        assert load_suppressions(connection) == {sent["recipient"]: "bounced"}
    store.close()
