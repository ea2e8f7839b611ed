"""Chat through Apprise (Telegram, Slack, Teams, WeCom, Feishu, DingTalk, Matrix and others): the digest in few lines.

It needs the extra ``chat``. The address of a chat holds its secrets, so it comes from the
environment and is never shown.
"""

from __future__ import annotations

import logging
from typing import Any

from alerts.channels import DeliveryError
from alerts.channels.answers import ChatAnswer, Refusal, refusal_of
from alerts.channels.brief import brief, portions
from alerts.channels.exchanges import Exchanges, listening
from alerts.channels.failures import Failure
from alerts.channels.limits import Limit, limit_of
from alerts.digests.message import OutgoingMessage
from crawler.config.settings import ChannelSettings, Settings
from crawler.model import AseanwatchError
from crawler.net.deadline import Deadline
from crawler.net.unreachable import why_unreachable
from crawler.runtime.extras import how_to_add


class ChatChannel:
    """Posts each digest as one message, or in parts where the service takes only short ones."""

    is_mail = False
    merges = True
    side_by_side = 1
    splits = frozenset({Failure.REJECTED, Failure.TOO_LARGE, Failure.FORBIDDEN})

    def __init__(self, settings: Settings, own: ChannelSettings) -> None:
        if own.url is None:
            raise AseanwatchError("a chat needs a url, as Apprise writes them, from the environment: ${NAME}")
        try:
            import apprise  # noqa: PLC0415 - an extra
        except ModuleNotFoundError:
            raise AseanwatchError(f"chats need: {how_to_add('chat')}") from None
        logging.getLogger("apprise").setLevel(logging.CRITICAL)  # its complaints repeat the address
        self._format: Any = apprise.NotifyFormat.TEXT
        self._chat = apprise.Apprise(
            # Without threads of its own: `listening` hears only the requests of this thread.
            asset=apprise.AppriseAsset(app_id="aseanwatch", app_desc="aseanwatch", async_mode=False)
        )
        if not self._chat.add(own.url.get_secret_value()):
            raise AseanwatchError("url: Apprise does not know this kind of address")
        for plugin in self._chat:
            # It would sleep between parts, and all channels' round with it. The service itself says when it is too much.
            plugin.request_rate_per_sec = 0
        # One address of Apprise can lead to several chats,
        # of which some may accept and others refuse.
        self._has_several = sum(len(plugin) for plugin in self._chat) > 1
        self._server, self._seconds = own.server, own.timeout.total_seconds()
        self._service = _service_of(self._chat[0])
        # Apprise sends the same text to all of them, so that the shortest limit counts.
        self.limit: Limit = min(
            (limit_of(_service_of(p), p.body_maxlen) for p in self._chat), key=lambda found: found.most
        )
        self._taken: tuple[str, dict[str, Any]] = ("", {})

    def portions(self, outgoing: OutgoingMessage) -> tuple[int, ...]:
        """How many stories of a message each part of it holds."""
        return portions(outgoing, self.limit)

    def send(self, outgoing: OutgoingMessage) -> None:
        """Post one message. A chat has no message ids, so a lost answer may show it twice."""
        title, body = brief(outgoing, self.limit)
        # What some of several chats accepted at the last attempt is not posted to them
        # again. This is kept in memory only, so that after a restart they may see it twice.
        before = self._taken[1] if self._taken[0] == outgoing.message_id else {}
        try:
            with (
                Deadline(self._seconds) as deadline,
                listening(Exchanges(self._server, before, deadline)) as exchanges,
            ):
                done = bool(self._chat.notify(body=body, title=title, body_format=self._format))
        except TimeoutError:
            # It may have arrived: a chat has no ids by which it could recognise a repeat.
            raise DeliveryError("the chat did not answer in time", Failure.IN_DOUBT) from None
        except OSError as error:
            raise DeliveryError(
                f"the chat cannot be reached: {why_unreachable(error)}", Failure.UNREACHABLE
            ) from None
        except TypeError:
            # Of Apprise, over an answer that is none of the service's; its words may hold the address.
            raise DeliveryError("the chat's answer cannot be understood", Failure.UNREACHABLE) from None
        refusals = self._refusals(exchanges.answers, done=done)
        if done and not refusals:
            self._taken = ("", {})
            return
        taken = (
            exchanges.took(lambda answer: refusal_of(self._service, answer) is None)
            if self._has_several
            else {}
        )
        self._taken = (outgoing.message_id, taken)
        raise _error(refusals, exchanges.errors, elsewhere=bool(taken))

    def close(self) -> None:
        """Nothing is held."""

    def abort(self) -> None:
        """Requests under way end by their time limit, which is for all that a message needs."""

    def _refusals(self, answers: list[ChatAnswer], *, done: bool) -> list[Refusal]:
        """The refusals among answers. What Apprise tried again by itself and brought to an end was none."""
        found = [r for a in answers if not (done and a.status >= 300) and (r := refusal_of(self._service, a))]
        # Apprise says no where the answers look like a yes:
        # then the last of them is read as a refusal.
        if not (done or found) and answers:
            found = [r for r in (refusal_of(self._service, answers[-1], refused=True),) if r]
        return found


def _service_of(plugin: Any) -> str:
    """Apprise's name of a service: that of the module, which is the same for all of its addresses."""
    # ``apprise.plugins.NAME…``: the schema of an address has several spellings for one service.
    return str([*type(plugin).__module__.split("."), "", ""][2])


def _error(refusals: list[Refusal], errors: list[Exception], *, elsewhere: bool) -> DeliveryError:
    """The failure of a message. ``elsewhere``: another chat of the same channel accepted it."""
    if refusals:
        worst = refusals[-1]
        failure = worst.failure
        if elsewhere and failure not in (Failure.THROTTLED, Failure.UNREACHABLE):
            failure = Failure.TEMPORARY  # in smaller messages the other chat would be told twice
        return DeliveryError(worst.why, failure, worst.retry_after, proofs=worst.proofs)
    # By name: `requests` comes with an extra, and the time ran out after the request was sent.
    if any("ReadTimeout" in type(error).__name__ for error in errors):
        return DeliveryError("the chat did not answer in time", Failure.IN_DOUBT)
    if errors:
        return DeliveryError(
            f"the chat cannot be reached: {why_unreachable(errors[-1])}", Failure.UNREACHABLE
        )
    return DeliveryError("the chat did not take the message", Failure.UNREACHABLE)
