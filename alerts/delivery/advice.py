"""What to do about a delivery that did not arrive, by why it did not. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from crawler.model import Phrase

_PASSING = Phrase("nothing: it is tried again by itself")
_AGAIN = Phrase("mend that, then try again")
_WHILE_PENDING: Mapping[str, Phrase] = {
    "in doubt": Phrase("nothing: it is sent again under the same id, so that mail programs show it once"),
}
_GIVEN_UP: Mapping[str, Phrase] = {
    "unreachable": Phrase("see that the other end runs and that its address is right, then try again"),
    "in doubt": Phrase("ask the reader whether it came; if not, try again"),
    "unknown address": Phrase("ask the reader for the right address and change the subscription"),
    "rejected": Phrase("read what the other end said: it refuses this message for good"),
    "too large": Phrase("let the subscription have fewer stories in one mail"),
    "forbidden": Phrase("see that the channel's password or key is right, then try again"),
    "gone": Phrase(
        "the other end is there no more: give the channel another address, or end the subscription"
    ),
    "suppressed": Phrase("this address gets no mail: aseanwatch suppressions list says why"),
}


def delivery_advice(status: str, failure: str | None) -> Phrase | None:
    """What to do about a delivery in a state; None where there is nothing to say."""
    if status == "failed":
        return _GIVEN_UP.get(failure or "", _AGAIN)
    if status == "pending" and failure:
        return _WHILE_PENDING.get(failure, _PASSING)
    return None
