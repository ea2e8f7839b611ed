"""Email over SMTP (RFC 5321): one connection for a round, one message for each recipient."""

from __future__ import annotations

import asyncio
import ssl

import aiosmtplib

from alerts.channels import DeliveryError
from alerts.message import Outgoing, compose
from crawler.config.settings import Channel as ChannelSettings
from crawler.config.settings import Delivery


class EmailChannel:
    """Sends mail through ``delivery.smtp``."""

    def __init__(self, delivery: Delivery, settings: ChannelSettings) -> None:
        self.smtp = delivery.smtp
        self._client: aiosmtplib.SMTP | None = None

    async def send(self, outgoing: Outgoing) -> None:
        """Hand one message to the mail server; 4xx answers and lost connections may succeed later, 5xx never."""
        message = compose(outgoing)
        try:
            client = await self._connected()
            await client.send_message(message, sender=message["From"].addresses[0].addr_spec, recipients=[outgoing.recipient])
        except asyncio.CancelledError:
            # The service ends and the server does not answer: no good manners, or both would wait for each other.
            if self._client is not None:
                self._client.close()
                self._client = None
            raise
        except aiosmtplib.SMTPRecipientsRefused as error:
            refused = error.recipients[0]
            raise DeliveryError(f"{refused.code} {refused.message}", final=refused.code >= 500) from None
        except aiosmtplib.SMTPAuthenticationError as error:
            await self.close()
            raise DeliveryError(f"the mail server refuses the login: {error.code} {error.message}") from None
        except aiosmtplib.SMTPResponseException as error:
            await self.close()
            raise DeliveryError(f"{error.code} {error.message}", final=error.code >= 500) from None
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            await self.close()
            raise DeliveryError(f"the mail server {self.smtp.host}:{self.smtp.port} cannot be used: {error}") from None

    async def _connected(self) -> aiosmtplib.SMTP:
        if self._client is not None and self._client.is_connected:
            return self._client
        client = aiosmtplib.SMTP(
            hostname=self.smtp.host,
            port=self.smtp.port,
            use_tls=self.smtp.security == "tls",
            start_tls=self.smtp.security == "starttls",
            tls_context=ssl.create_default_context() if self.smtp.security != "none" else None,
            timeout=self.smtp.timeout.total_seconds(),
            username=self.smtp.username or None,
            password=self.smtp.password.get_secret_value() or None,
        )
        await client.connect()
        self._client = client
        return client

    async def close(self) -> None:
        """End the connection in good manner, if there is one."""
        client, self._client = self._client, None
        if client is not None and client.is_connected:
            try:
                await client.quit()
            except (aiosmtplib.SMTPException, OSError):
                client.close()
