"""The service's own secrets: signing keys, and encryption of values that the store must not have in the clear."""

from __future__ import annotations

import base64
import hashlib
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from crawler.config.settings import Settings
from crawler.model import AseanwatchError
from crawler.store import Store


def signing_keys(settings: Settings, store: Store) -> tuple[str, ...]:
    """The keys, the newest first.

    Without ``delivery.secret`` one is made once and kept in a file beside the SQLite store, readable by its owner only.

    Raises:
        AseanwatchError: a PostgreSQL store without a secret, or the key file cannot be used.
    """
    return tuple(settings.delivery.secret.get_secret_value().split()) or (_load_or_create_key(store),)


def signing_keys_or_none(settings: Settings, store: Store) -> tuple[str, ...]:
    """The signing keys, or none if there is no secret, for callers that can do without."""
    try:
        return signing_keys(settings, store)
    except AseanwatchError:
        return ()


class SecretBox:
    """Encrypts and decrypts values that the store must not have in the clear (Fernet: AES-128-CBC with HMAC-SHA256)."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        self._box = MultiFernet([Fernet(_derived(key)) for key in keys])

    def seal(self, value: str) -> str:
        """The encrypted value, which may be stored."""
        return self._box.encrypt(value.encode()).decode()

    def open(self, sealed: str) -> str:
        """The value of what was sealed.

        Raises:
            AseanwatchError: the key that sealed it is gone.
        """
        try:
            return self._box.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise AseanwatchError("the key that sealed this value is no longer in delivery.secret") from None


def box_of(settings: Settings, store: Store) -> SecretBox | None:
    """Encrypts with the service's own keys; None if it has none."""
    keys = signing_keys_or_none(settings, store)
    return SecretBox(keys) if keys else None


def _derived(key: str) -> bytes:
    return base64.urlsafe_b64encode(
        hashlib.blake2b(key.encode(), digest_size=32, person=b"aseanwatch-seal").digest()
    )


def _load_or_create_key(store: Store) -> str:
    if not store.is_sqlite or not store.url.database:
        raise AseanwatchError(
            "delivery.secret is missing; links in mails need it, as several machines must share it: ${NAME}"
        )
    file = Path(f"{store.url.database}.key")
    try:
        if not file.exists():
            # Written whole under another name first: nobody may read half a key and sign with it.
            scratch = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
            # The rights come before the content, whatever the umask is.
            scratch.touch(mode=0o600)
            scratch.write_text(secrets.token_urlsafe(32))
            try:
                file.hardlink_to(scratch)  # atomic: the process that comes second uses the first one's key
            except FileExistsError:
                pass
            finally:
                scratch.unlink()
        return file.read_text().strip()
    except OSError as error:
        raise AseanwatchError(f"the key file {file} cannot be used: {error.strerror}") from None
