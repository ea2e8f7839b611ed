"""Links, sessions and codes on PostgreSQL, used by many processes at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp

from alerts.identity import operators, second_factor, sign_in_links
from crawler.store import Store
from tests.builders import NOON


def test_each_link_and_each_code_works_for_one_of_many(database: str) -> None:
    store = Store(database)
    store.upgrade()
    with store.write() as connection:
        link = sign_in_links.create(connection, NOON)
    secret = pyotp.random_base32()
    code = pyotp.TOTP(secret).at(NOON)

    def opened(_: int) -> bool:
        with store.write() as connection:
            return sign_in_links.redeem(connection, link, NOON)

    def admitted(_: int) -> bool:
        with store.write(exclusive=False) as connection:
            return second_factor.redeem_code(connection, "ana", secret, code, NOON)

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(opened, range(4))) == [False, False, False, True]
        assert sorted(pool.map(admitted, range(4))) == [False, False, False, True]


def test_a_session_from_a_link_ends_with_the_first_operator(database: str) -> None:
    store = Store(database)
    store.upgrade()
    with store.write() as connection:
        token = operators.begin_session(connection, operators.LOCAL, "", NOON)
        assert operators.find_session(connection, token, NOON + timedelta(minutes=1)) is not None
        operators.add(connection, "ana", "otter violin granite", "operator", NOON)
        assert operators.find_session(connection, token, NOON + timedelta(minutes=1)) is None
        for name in ("a\x00b", "ana\x00", "\udcff", ""):
            assert operators.find_credentials(connection, name) is None
