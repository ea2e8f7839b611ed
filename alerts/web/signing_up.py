"""The form to sign up, which is open to strangers, and its limits (`alerts.readers.signup_limits`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Any

from sqlalchemy import Connection
from starlette.responses import Response

from alerts.digests.wording import words
from alerts.readers import challenges, signup, signup_limits
from alerts.readers.challenges import Challenge
from alerts.readers.signup_limits import SignUpIdentity
from alerts.subscriptions.addresses import of_stranger
from alerts.web.origin import from_another_site
from alerts.web.pages import WITH_SCRIPT, page, say_page
from alerts.web.preferences import choices, fields, problems
from alerts.web.proxies import client_host
from alerts.web.reader_request import ReaderRequest
from crawler.model import AseanwatchError

LEAST_SECONDS = 0.3
"""Seconds that an answer takes at least, whether the address is known or not. Its time then tells nobody who reads."""


def _pair(request: ReaderRequest) -> str:
    """Whose cooperation the news is of, in the reader's language."""
    return words(request.language).pair_of(request.settings.parties.sides)


def front(request: ReaderRequest) -> Response:
    """The form to sign up, if sign-up is open."""
    gettext = request.gettext
    title = gettext("News of %(pair)s cooperation") % {"pair": _pair(request)}
    if not request.settings.delivery.signup:
        return say_page(
            request.language, title, gettext("Subscriptions are made by the operator of this service.")
        )
    with request.store.read() as connection:
        bits = signup_limits.required_bits(connection, request.now)
    return _form(request, challenges.create(request.links.keys, bits, request.now))


def _form(request: ReaderRequest, challenge: Challenge, wrong: Mapping[str, str] | None = None) -> Response:
    """The form.

    Args:
        request: the request.
        challenge: that is to be solved.
        wrong: what is wrong with the posted form, which is shown again as it was filled in.
    """
    gettext = request.gettext
    typed = request.form if wrong else None
    values = fields(request.settings, request.language, None, typed) | {
        "title": gettext("News of %(pair)s cooperation") % {"pair": _pair(request)},
        "lines": [
            gettext("Each event once, with its sources. You get a mail to confirm; nothing comes before.")
        ],
        "told": "",
        "holds": "",
        "problems": wrong or {},
        "button": gettext("Subscribe"),
        "asks_address": True,
        "can_end": False,
        "action": "/subscribe",
        **_challenge_values(challenge),
    }
    return page("preferences.html.j2", request.language, values, 422 if wrong else 200, WITH_SCRIPT)


@dataclass(frozen=True, slots=True)
class _TooMany:
    """Too many sign-ups came from the client's network. The client may try again after ``wait``."""

    wait: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class _Unproved:
    """The work is missing or not enough. The client may try again with this challenge."""

    challenge: Challenge


def subscribe(request: ReaderRequest) -> Response:
    """Sign up the address of the form."""
    gettext = request.gettext
    if not request.settings.delivery.signup:
        message = gettext("Subscriptions are made by the operator of this service.")
        return say_page(request.language, message, status=403)
    if from_another_site(request.http):
        return say_page(request.language, gettext("That did not work."), status=403)
    wrong = problems(request.settings, request.language, request.form)
    address = _address(request)
    if address is None:
        wrong = {"address": gettext("That is no mail address."), **wrong}
    if address is None or wrong:
        with request.store.read() as connection:
            bits = signup_limits.required_bits(connection, request.now)
        return _form(request, _new_challenge(request, bits), wrong)
    wanted = {**choices(request.form), "title": gettext("%(pair)s cooperation") % {"pair": _pair(request)}}
    refusal = _sign_up(request, address, wanted)
    if isinstance(refusal, _Unproved):
        return _ask_again(request, refusal.challenge)
    if refusal is not None:
        return _refuse(request, refusal.wait)
    return say_page(
        request.language,
        gettext("Please look into your mail."),
        gettext("A link there confirms your subscription."),
    )


def _sign_up(request: ReaderRequest, address: str, wanted: dict[str, Any]) -> _TooMany | _Unproved | None:
    """Count the sign-up and carry it out, or say why it is refused."""
    keys = request.links.keys
    identity = signup_limits.identify(keys, address, client_host(request.http))
    challenge = challenges.read(keys, request.form_value("challenge"), request.now)
    # Most of a flood is refused here, where it does not hold up those who write.
    with request.store.read() as connection:
        refusal = _refusal(request, connection, identity, challenge)
    if refusal is not None:
        return refusal
    if challenge is None:
        return _TooMany()
    with request.store.write() as connection:
        # PostgreSQL: two sign-ups at once would each count without the other.
        signup_limits.lock(connection)
        refusal = _refusal(request, connection, identity, challenge)
        if refusal is not None:
            return refusal
        # Beyond a mailbox's limit nothing is sent, and the answer
        # is the same: it must not say what others have asked for.
        may_mail = signup_limits.may_mail(connection, identity, request.now)
        # The challenge was used already, perhaps by a second click.
        if not signup_limits.count(connection, challenge, identity, request.now, mailed=may_mail):
            return _Unproved(_new_challenge(request, challenge.bits))
        if may_mail:
            signup.sign_up(connection, request.settings, request.links, address, wanted, request.now)
    return None


def _address(request: ReaderRequest) -> str | None:
    """The address of the form; None if it is none."""
    try:
        return of_stranger(request.form_value("address").strip(" "))
    except AseanwatchError:
        return None


def _refusal(
    request: ReaderRequest, connection: Connection, identity: SignUpIdentity, challenge: Challenge | None
) -> _TooMany | _Unproved | None:
    """Why a sign-up may not go on now; None if it may. It never depends on whether somebody reads already."""
    wait = signup_limits.wait_of_source(connection, identity, request.now)
    if wait is not None:
        return _TooMany(wait)
    bits = signup_limits.required_bits(connection, request.now, identity.domain)
    # One bit less is enough: the form may have been open while a flood began.
    if challenge is None or challenge.bits < bits - 1:
        return _Unproved(_new_challenge(request, bits))
    wait = signup_limits.wait_for(challenge.bits)
    if challenge.is_answered(request.form_value("answer")) or challenge.is_waited_out(wait, request.now):
        return None
    return _Unproved(challenge)


def _new_challenge(request: ReaderRequest, bits: int) -> Challenge:
    return challenges.create(request.links.keys, bits, request.now)


def _refuse(request: ReaderRequest, wait: timedelta) -> Response:
    """Ask the client to come again later."""
    minutes = max(1, ceil(wait.total_seconds() / 60))
    line = request.gettext(
        "Too many sign-ups came from your network. Please try again in %(number)s minutes.", number=minutes
    )
    answer = say_page(request.language, request.gettext("That did not work."), line, status=429)
    answer.headers["Retry-After"] = str(60 * minutes)
    return answer


def _ask_again(request: ReaderRequest, challenge: Challenge) -> Response:
    """Ask for one more press of the button. The page keeps what was filled in."""
    line = request.gettext(
        "Please press the button once more; it keeps strangers from having our mail sent to others."
    )
    values: dict[str, Any] = {
        "title": request.gettext("Nearly there"),
        "lines": [line],
        "button": request.gettext("Subscribe"),
        "kept": list(_filled_in(request)),
        **_challenge_values(challenge),
    }
    answer = page("again.html.j2", request.language, values, 429, WITH_SCRIPT)
    wait = signup_limits.wait_for(challenge.bits).total_seconds()
    answer.headers["Retry-After"] = str(max(1, ceil(wait)))
    return answer


def _filled_in(request: ReaderRequest) -> Iterator[tuple[str, str]]:
    """The names and values of the fields that the person filled in."""
    for name, values in request.form.items():
        if name not in ("challenge", "answer", "do"):
            yield from ((name, value) for value in values)


def _challenge_values(challenge: Challenge) -> dict[str, Any]:
    """The challenge as the form's template needs it."""
    wait = ceil(signup_limits.wait_for(challenge.bits).total_seconds())
    return {"challenge": challenge.text, "bits": challenge.bits, "wait": wait}
