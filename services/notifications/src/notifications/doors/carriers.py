"""Who carries a nudge outside: SMTP, a provider of texts, and webhooks signed as Standard Webhooks say."""

import json
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import formataddr, parseaddr
from typing import Protocol

import aiosmtplib
import httpx
from standardwebhooks import Webhook

from common.outbound import Away, Declined
from common.settings import Login
from notifications.doors.gateway import NOT_REACHED, judge


@dataclass(frozen=True)
class Words:
    """What is to be carried: the key that makes it happen once, a neutral subject, the text."""

    key: str
    subject: str
    text: str


class Carrier(Protocol):
    """Brings words to an address; returns once the provider accepted. Raises Declined or Away."""

    async def carry(self, address: str, words: Words) -> None:
        """Once per key, where the provider remembers keys."""


@dataclass(frozen=True)
class Mail:
    """SMTP. A mail is told from another by its Message-ID; servers need not look at it, so at least once."""

    host: str
    port: int
    sender: str
    """As `Care team <care@example.org>`."""
    login: Login | None = None
    tls: ssl.SSLContext | None = None
    """With it the connection is upgraded before anything is said; without, the server is our own relay."""

    async def carry(self, address: str, words: Words) -> None:
        """Hand one mail to the server. Rule: NO-P1."""
        try:
            await aiosmtplib.send(
                self._mail(address, words),
                hostname=self.host,
                port=self.port,
                username=self.login.user if self.login else None,
                password=self.login.password if self.login else None,
                start_tls=self.tls is not None,
                tls_context=self.tls,
            )
        except aiosmtplib.SMTPRecipientsRefused as refused:
            raise _meaning(refused.recipients[0].code) from None
        except aiosmtplib.SMTPResponseException as answer:
            raise _meaning(answer.code) from None
        except (aiosmtplib.SMTPConnectError, aiosmtplib.SMTPConnectTimeoutError) as error:
            raise Away(type(error).__name__, unsure=False) from None

    def _mail(self, address: str, words: Words) -> EmailMessage:
        domain = parseaddr(self.sender)[1].rpartition("@")[2]
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = formataddr(parseaddr(self.sender)), address, words.subject
        mail["Message-ID"] = f"<{words.key}@{domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(words.text)
        return mail


def _meaning(code: int) -> Exception:
    """A reply of 5xx is for ever, one of 4xx passes. Source: RFC 5321 4.2.1."""
    return Declined(f"refused-{code}") if code >= 500 else Away(f"smtp-{code}", unsure=False)


@dataclass(frozen=True)
class Texts:
    """A provider of text messages, spoken to over HTTP as our own gateway is."""

    url: str
    http: httpx.AsyncClient

    async def carry(self, address: str, words: Words) -> None:
        """Post one text, with the key as `Idempotency-Key`. Rule: NO-P2."""
        body = json.dumps({"to": address, "text": words.text}, ensure_ascii=False).encode()
        await _post(self.http, self.url, body, {"Idempotency-Key": words.key})


@dataclass(frozen=True)
class Webhooks:
    """Posts to the recipient's own URL, signed with every key in use, the newest first."""

    keys: Sequence[str]
    """As `whsec_…`. While a key is changed there are two, and a receiver that knows either is content."""
    http: httpx.AsyncClient

    async def carry(self, address: str, words: Words) -> None:
        """Post one event. Rule: NO-P3. Source: Standard Webhooks 1.0.0."""
        now = datetime.now(UTC)
        body = json.dumps({"type": "notice.waiting", "data": {"text": words.text}}, ensure_ascii=False)
        signed = " ".join(Webhook(key).sign(words.key, now, body) for key in self.keys)
        headers = {
            "webhook-id": words.key,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signed,
        }
        await _post(self.http, address, body.encode(), headers)


async def _post(http: httpx.AsyncClient, url: str, body: bytes, headers: dict[str, str]) -> None:
    try:
        answer = await http.post(url, content=body, headers={**headers, "Content-Type": "application/json"})
    except NOT_REACHED as error:
        raise Away(type(error).__name__, unsure=False) from None
    except httpx.InvalidURL:
        raise Declined("refused-url") from None
    judge(answer.status_code)
