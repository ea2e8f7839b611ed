"""Sends the outbox: at least once, under an id that never changes.

One sender works on a channel at a time (a lock that a dying process loses). Each channel has its own thread, so that a
slow one holds up no other; a channel that is down is asked again by one delivery at a time (`alerts.delivery.breaker`).
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update

from alerts.channels import Channel, DeliveryError, deliver, let_go, open_channel, portions_of, splits_on
from alerts.channels.failures import FINAL, OF_CHANNEL, Failure, wait_after
from alerts.delivery import breaker, outbox, splitting
from alerts.delivery.catch_up import merge_waiting
from alerts.delivery.rate_limits import RateLimits
from alerts.delivery.receipts import DeliveryJournal, recover
from alerts.delivery.result import DispatchResult
from alerts.digests.mail_tokens import PLACE, Kind, own_return_path, token
from alerts.digests.message import RenderedMessage
from alerts.identity.keys import signing_keys_or_none
from alerts.identity.links import LinkError, Links, links_of
from alerts.subscriptions.addresses import canonical, nameless
from alerts.subscriptions.suppression import UNKNOWN, blames_mailbox, load_suppressions, suppress
from crawler.config.settings import Settings
from crawler.model import AseanwatchError
from crawler.runtime.log_context import log_context
from crawler.runtime.tracing import span
from crawler.store import Store
from crawler.store.schema import deliveries, digests

log = logging.getLogger("aseanwatch")
BATCH = 100
MOST_REFUSED = 6
"""A channel that refuses so many in a row is switched off: the messages are not the cause.

The rest waits.
"""
SLOWS = frozenset({Failure.THROTTLED, Failure.TEMPORARY, Failure.IN_DOUBT})
"""After these other messages wait too: those of the domain if it was too much, and all of a chat."""
Messages = Mapping[int, RenderedMessage | LinkError]


@dataclass
class _Round:
    """What the threads of a round share."""

    now: datetime
    links: Links | None
    keys: tuple[str, ...]
    """Sign the tokens of ``List-Unsubscribe`` and the return paths."""
    suppressed: dict[str, str]
    counts: Counter[str] = field(default_factory=Counter)
    probes: set[str] = field(default_factory=set)
    """The channels that were down and are only asked whether they are back."""
    mine: set[str] = field(default_factory=set)
    """The channels that no other process sends on."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, what: str) -> None:
        """Count one delivery."""
        with self._lock:
            self.counts[what] += 1


class Sender:
    """Sends what is due. Connections are kept between rounds; `close` ends them."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store, self.settings = store, settings
        self._channels: dict[tuple[str, int], Channel] = {}
        self._stopping = threading.Event()

    def send_due(self, now: datetime, only: str | None = None) -> DispatchResult:
        """Send what is pending and due, on the channels that no other process sends on; gives what became of it.

        Args:
            now: the present moment.
            only: only on this channel.
        """
        with self.store.read() as connection:
            waiting = [c for c in outbox.waiting_channels(connection, now) if only in (None, c)]
            if not waiting:
                return DispatchResult()
            this = _Round(
                now, links_of(self.settings, self.store), self._keys(), load_suppressions(connection)
            )
        # A thread for each channel: a receiver that takes all of its time holds up no other.
        if len(waiting) == 1:
            self._send_on(waiting[0], this)
        else:
            with ThreadPoolExecutor(len(waiting), thread_name_prefix="sending") as threads:
                list(threads.map(lambda name: self._send_on(name, this), waiting))
        with self.store.read() as connection:
            # Only of channels that this process works on: others may be sending right now.
            deferred = sum(n for c, n in outbox.waiting_channels(connection, now).items() if c in this.mine)
        counts = this.counts
        return DispatchResult(
            sent=counts["sent"], put_off=counts["put off"], deferred=deferred, given_up=counts["given up"]
        )

    def _keys(self) -> tuple[str, ...]:
        """The service's keys, where mails that come back are read."""
        return signing_keys_or_none(self.settings, self.store) if self.settings.delivery.bounces else ()

    def _send_on(self, name: str, this: _Round) -> None:
        with self.store.lock(f"outbox {name}") as mine:
            if mine:
                this.mine.add(name)
                # First what a dead process recorded as accepted: otherwise it would be sent again.
                recover(self.store, name)
                self._drain(name, this)

    def stop(self) -> None:
        """Send no more than what is under way."""
        self._stopping.set()

    def abort(self) -> None:
        """Cut connections; what was under way is tried again some time."""
        self.stop()
        for channel in list(self._channels.values()):
            let_go(channel.abort)

    def close(self) -> None:
        """Close the connections as their protocols ask for."""
        while self._channels:
            let_go(self._channels.popitem()[1].close)

    def _drain(self, name: str, this: _Round) -> None:
        """Send what is due on one channel, until nothing is left, it fails, or it has to wait."""
        with self.store.read() as connection:
            down = breaker.state(connection, name)
            limits = RateLimits(connection, self.settings.delivery.rates, name, this.now)
        if down is not None and (down.open_until > this.now or self._is_switched_off(down)):
            return
        try:
            channel = self._channel(name, 0)
        except AseanwatchError as error:
            # Wrong settings or a missing package are like an
            # outage: what waits is kept until they are mended.
            self._trip(name, this, str(error))
            return
        is_probe = down is not None
        while not self._stopping.is_set() and not limits.exhausted:
            with self.store.read() as connection:
                # One delivery tests a channel that was down. Its failure counts against nobody
                # (`_record_failure`).
                rows = outbox.pending(
                    connection, name, this.now, 1 if is_probe else BATCH, limits.throttled_domains
                )
            if not rows:
                return
            if channel.merges:
                # Merged before anything is split: a catch-up
                # may be too long where its digests were not.
                rows = merge_waiting(self.store, self.settings, this.links, rows, this.now, is_probe=is_probe)
            if self._split_long(channel, rows, this):
                # The rows were replaced by their parts, which
                # are read anew, in order and within the rates.
                continue
            (this.probes.add if is_probe else this.probes.discard)(name)
            if not self._side_by_side(name, channel, rows, limits, this):
                return
            if is_probe:
                with self.store.write(exclusive=False) as connection:
                    breaker.reset(connection, name)
                log.info("channel %s works again", name)
                is_probe = False

    def _side_by_side(
        self, name: str, first: Channel, rows: Sequence[Any], limits: RateLimits, this: _Round
    ) -> bool:
        """Send a batch over one or several connections; False if the channel cannot be used."""
        # What has to wait stays pending; `pending` leaves its domain out the next time.
        wanted = [row for row in rows if limits.take(row.domain)]
        messages = self._messages(wanted, this)
        number = min(first.side_by_side, len(wanted))
        if number <= 1:
            return self._batch(name, first, wanted, messages, this)
        channels = [first, *(self._channel(name, n) for n in range(1, number))]
        with ThreadPoolExecutor(number, thread_name_prefix=f"sending {name}") as threads:
            works = threads.map(
                lambda n: self._batch(name, channels[n], wanted[n::number], messages, this), range(number)
            )
            # All results are taken before they are judged, so that no thread's error is overlooked.
            return all(list(works))

    def _batch(
        self, name: str, channel: Channel, rows: Sequence[Any], messages: Messages, this: _Round
    ) -> bool:
        slowed: set[str] = set()
        with (
            span("send", channel=name, deliveries=len(rows)),
            DeliveryJournal(self.store, this.now) as journal,
        ):
            for row in rows:
                # Asked before each message: a service that is told
                # to stop is ended by force after nine seconds.
                if self._stopping.is_set():
                    return False
                if row.domain in slowed:
                    continue
                try:
                    self._send(channel, row, messages, journal, this)
                except DeliveryError as failed:
                    error = self._meant(name, row, failed)
                    with log_context(delivery=row.id, subscription=row.subscription):
                        log.info("%s on channel %s: %s", error.failure, name, error)
                    # Splitting records what became of the delivery by itself.
                    if not self._split_refused(channel, row, error, this):
                        self._record_failure(channel, row, error, journal, this)
                    if error.failure in OF_CHANNEL or self._refuses_everything(name, channel, error):
                        self._stop_using(name, this, error)
                        return False
                    if error.failure in SLOWS and (error.failure == Failure.THROTTLED or not channel.is_mail):
                        slowed.add(row.domain)  # of a chat nothing overtakes what waits
        return True

    def _send(
        self, channel: Channel, row: Any, messages: Messages, journal: DeliveryJournal, this: _Round
    ) -> None:
        if channel.is_mail:
            # Before the message leaves: a suppressed address must not even be named to the server.
            _check_address(row, this)
        message = messages[row.digest_id]
        if isinstance(message, LinkError):
            # The key of its links is gone, and with it the
            # same bytes: it can never be sent as it was made.
            raise DeliveryError(str(message), Failure.REJECTED)
        outgoing = outbox.outgoing_of(row, message, self._return_path(row, this) if channel.is_mail else None)
        # Recorded before and after: whatever lies between them when the process dies
        # is in doubt. Nothing else may come between the server's yes and the record.
        journal.begin(row.id)
        deliver(channel, outgoing)
        journal.sent(row.id)
        this.count("sent")

    def _return_path(self, row: Any, this: _Round) -> str | None:
        """The delivery's own return path, where ``delivery.return_path`` has a place for it."""
        delivery = self.settings.delivery
        # VERP: a bounce that quotes nothing of the mail
        # still says by its address which one it answers.
        if PLACE not in (delivery.return_path or "") or not this.keys:
            return None
        return own_return_path(delivery, token(Kind.RETURN, this.keys[0], row.message_id))

    def _messages(self, rows: Sequence[Any], this: _Round) -> Messages:
        """The messages of a batch, read at once."""
        with self.store.read() as connection:
            return outbox.messages_of(connection, {row.digest_id for row in rows}, this.links, this.keys)

    def _meant(self, name: str, row: Any, error: DeliveryError) -> DeliveryError:
        """The failure as the channel meant it.

        If a chat forbids a message and has accepted others since it first did, it means this message.
        """
        # The first refusal may be an outage. Proof is that others were
        # accepted after it, so that the bot is not forbidden to write.
        if error.failure != Failure.FORBIDDEN or row.first_try is None or row.attempts < error.proofs:
            return error
        with self.store.read() as connection:
            taken = outbox.last_taken(connection, name)
        if taken is None or taken <= row.first_try:
            return error
        return DeliveryError(
            f"{error}; others were taken since, so that it means this message", Failure.REJECTED
        )

    def _split_long(self, channel: Channel, rows: Sequence[Any], this: _Round) -> bool:
        """Replace messages that are too long for their channel by parts; returns whether there were any."""
        if not hasattr(channel, "portions"):
            return False
        messages = self._messages(rows, this)
        found = False
        for row in rows:
            message = messages[row.digest_id]
            if isinstance(message, LinkError) or row.in_doubt:
                continue  # what may have arrived goes again as it was
            sizes = portions_of(channel, outbox.outgoing_of(row, message))
            if len(sizes) > 1:
                found |= self._split(row, sizes, this, numbered=True)
        return found

    def _split_refused(self, channel: Channel, row: Any, error: DeliveryError, this: _Round) -> bool:
        """Replace a refused message by halves, so that in the end only the refused story is left out."""
        if not splits_on(channel, error.failure):
            return False
        # Splitting everything because of an outage would
        # send dozens of messages where one was enough.
        if error.failure == Failure.FORBIDDEN and not self._may_be_at_fault(row):
            return False
        why = {
            "error": str(error)[:500],
            "failure": error.failure,
            # The moment of the refusal, by which `outbox.refused_since_taken` counts it.
            "next_try": this.now,
            "attempts": row.attempts + 1,
        }
        return self._split(row, None, this, numbered=False, **why)

    def _may_be_at_fault(self, row: Any) -> bool:
        """Whether to try halves of a forbidden message: it was refused before, and no parts wait already."""
        if row.failure != Failure.FORBIDDEN:
            return False  # the first time it may well be an outage
        parts = (
            select(deliveries.c.id)
            .join(digests)
            .where(deliveries.c.channel == row.channel, deliveries.c.status == "pending")
        )
        with self.store.read() as connection:
            # Parts that wait already will show what the chat
            # accepts; a second search would add only messages.
            return connection.scalar(parts.where(digests.c.kind == "part").limit(1)) is None

    def _split(
        self, row: Any, sizes: Sequence[int] | None, this: _Round, *, numbered: bool, **why: Any
    ) -> bool:
        with self.store.write() as connection:
            digest = splitting.read(connection, row)
            if digest is None:
                return False
            parts = splitting.parts_of(digest, sizes or splitting.halves(digest), numbered=numbered)
            splitting.split(connection, self.settings, this.links, row, parts, **why)
        log.info("delivery %d on channel %s is sent in %d parts", row.id, row.channel, len(parts))
        return True

    def _refuses_everything(self, name: str, channel: Channel, error: DeliveryError) -> bool:
        """Whether a channel has refused so much in a row that it is not the messages' fault."""
        # A mail server's rejection (5xx) speaks of one message or
        # reader. Trouble with all of our mail has classes of its own.
        if channel.is_mail or error.failure not in (Failure.REJECTED, Failure.TOO_LARGE):
            return False
        with self.store.read() as connection:
            refused = outbox.refused_since_taken(name, outbox.last_taken(connection, name))
            return (
                connection.scalar(select(func.count()).select_from(deliveries).where(refused)) or 0
            ) >= MOST_REFUSED

    def _record_failure(
        self, channel: Channel, row: Any, error: DeliveryError, journal: DeliveryJournal, this: _Round
    ) -> None:
        delivery, failure = self.settings.delivery, error.failure
        is_outage = failure in OF_CHANNEL
        # An outage is no recipient's fault. But a message that fails where others had just worked may be its cause.
        attempts = row.attempts + (0 if row.channel in this.probes else 1)
        too_long = attempts >= delivery.max_attempts or (
            not is_outage and this.now - (row.first_try or this.now) >= delivery.give_up
        )
        final = failure in FINAL or too_long
        values: dict[str, Any] = {
            "attempts": attempts, "error": str(error)[:500], "failure": failure, "in_doubt": failure == Failure.IN_DOUBT or row.in_doubt,
        }  # fmt: skip
        if is_outage and failure != Failure.FORBIDDEN:
            # The journal has just set it. Put back, the days of an outage do not count towards
            # giving up. A forbidden message keeps it: `_meant` asks what was accepted since then.
            values["first_try"] = row.first_try
        if final:
            # Not a time to come but that of the refusal (`outbox.refused_since_taken`).
            values |= {"status": "failed", "next_try": this.now}
        elif failure == Failure.GONE:
            values["next_try"] = this.now  # the channel holds it
        elif failure == Failure.UNREACHABLE and row.kind == "part":
            values["next_try"] = row.next_try  # as before, and parts stay in order
        else:
            values["next_try"] = this.now + wait_after(
                failure, max(1, attempts), row.message_id, error.retry_after
            )
        journal.failed(row.id, values)
        this.count("given up" if final else "put off")
        if failure == Failure.UNKNOWN_ADDRESS and channel.is_mail:
            self._suppress(row, str(error), this)
        if failure in SLOWS and not final and (failure == Failure.THROTTLED or not channel.is_mail):
            self._slow_down(row, values["next_try"])

    def _suppress(self, row: Any, error: str, this: _Round) -> None:
        try:
            reader = canonical(row.recipient)
        except AseanwatchError:
            return
        with self.store.write(exclusive=False) as connection:
            # A stranger can cause a confirmation mail to any
            # spelling: its failure must silence no reader.
            if not blames_mailbox(connection, self.settings, row):
                return
            suppress(connection, reader, UNKNOWN, error, this.now)
        # Also for the rest of this round, which read the suppressions at its beginning.
        this.suppressed[reader] = UNKNOWN

    def _slow_down(self, row: Any, until: datetime) -> None:
        """Let all messages to a domain wait: its server spoke for all of them."""
        others = (
            (deliveries.c.status == "pending")
            & (deliveries.c.channel == row.channel)
            & (deliveries.c.domain == row.domain)
        )
        with self.store.write(exclusive=False) as connection:
            connection.execute(
                # Never earlier than it was: another failure may have asked for a longer wait.
                update(deliveries).where(others & (deliveries.c.next_try < until)).values(next_try=until)
            )

    def _is_switched_off(self, down: breaker.ChannelState) -> bool:
        """Whether a channel is switched off, and has the same settings as when that happened."""
        return down.switched_off and down.settings == breaker.settings_key(self.settings, down.channel)

    def _stop_using(self, name: str, this: _Round, error: DeliveryError) -> None:
        # These pass by themselves. Only what the other end
        # declares as final switches the channel off.
        if error.failure in OF_CHANNEL - {Failure.GONE}:
            self._trip(name, this, str(error), error.retry_after)
            return
        reason = (
            str(error)
            if error.failure == Failure.GONE
            else f"it refused {MOST_REFUSED} messages in a row, the last: {error}"
        )
        with self.store.write(exclusive=False) as connection:
            breaker.switch_off(connection, name, self.settings, this.now, reason)
        log.error(
            "channel %s is switched off: %s; aseanwatch deliveries resume %s tries it again",
            name,
            reason,
            name,
        )

    def _trip(self, name: str, this: _Round, error: str, asked: timedelta | None = None) -> None:
        with self.store.write(exclusive=False) as connection:
            until = breaker.trip(connection, name, this.now, error, asked)
        wait: timedelta = until - this.now
        log.warning("channel %s cannot be used, next try in %d s: %s", name, wait.total_seconds(), error)

    def _channel(self, name: str, number: int) -> Channel:
        if (name, number) not in self._channels:
            self._channels[name, number] = open_channel(name, self.settings)
        return self._channels[name, number]


def _check_address(row: Any, this: _Round) -> None:
    try:
        reason = this.suppressed.get(canonical(row.recipient))
    except AseanwatchError as error:
        raise DeliveryError(nameless(str(error)), Failure.UNKNOWN_ADDRESS) from None
    # Notes are asked for at this very moment (to confirm, to come back), or tell operators of trouble.
    if reason and row.kind != "note":
        raise DeliveryError(
            f"the address is suppressed ({reason}); aseanwatch suppressions remove lifts that",
            Failure.SUPPRESSED,
        )
