"""A house with channels, and who carries for it: a mail server and HTTP providers, all real and on loopback."""

import asyncio
import base64
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any
from uuid import uuid4

import httpx
import uvicorn
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from common.contracts.words import Role
from common.outbound import Outbound
from notifications.app import STANDARD, carriers
from notifications.doors.policy_file import policy_in
from notifications.doors.post import opened
from notifications.settings import Settings
from rules.notifications.story import AUNT, granted, to_aunt
from services.one_house import House
from services.one_service import NOON
from throughline.embedded.processes import LOOPBACK, port_of, reserve_port

NEW_KEY, OLD_KEY = (f"whsec_{base64.b64encode(bytes([n]) * 24).decode()}" for n in (1, 2))
PHONE, MAIL = "+12025550143", "aunt@example.org"
TO_AUNT = f"SUPPORTER/{AUNT}"
SETTLED = NOON + timedelta(minutes=STANDARD.settle_minutes)
SMS = {"channels": ["sms"], "sms": PHONE, "may_text": True, "zone": "UTC"}
EMAIL = {"channels": ["email"], "email": MAIL, "zone": "UTC"}


@dataclass
class MailServer:
    """Takes mails; `answer` is what it says to each recipient and, where that is 250, to each mail."""

    port: int
    answer: str = "250 OK"
    mails: list[EmailMessage] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """A recipient is named."""
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """A mail is there."""
        assert isinstance(envelope.content, bytes)
        mail = BytesParser(policy=default).parsebytes(envelope.content)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return self.answer


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """A mail server that runs."""
    with reserve_port() as held:
        server = MailServer(port_of(held))
    controller = Controller(server, hostname=LOOPBACK, port=server.port)
    controller.start()
    yield server
    controller.stop()


@dataclass
class Provider:
    """Takes what is posted to it, and answers with `status`."""

    url: str
    status: int = 202
    posts: list[tuple[httpx.Headers, bytes]] = field(default_factory=list)

    async def take(self, request: Request) -> Response:
        """One post."""
        self.posts.append((httpx.Headers(request.headers.raw), await request.body()))
        return Response(status_code=self.status)


@asynccontextmanager
async def provider_running() -> AsyncIterator[Provider]:
    """A provider on a port of its own."""
    with reserve_port() as held:
        port = port_of(held)
    provider = Provider(f"http://{LOOPBACK}:{port}/")
    app = Starlette(routes=[Route("/", provider.take, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, host=LOOPBACK, port=port, log_level="warning", lifespan="off"))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - it has no event to wait for
        await asyncio.sleep(0.01)
    yield provider
    server.should_exit = True
    await serving


@asynccontextmanager
async def post_of(house: House, settings: Settings) -> AsyncIterator[Outbound]:
    """What delivers for a house with channels."""
    async with opened(house.desk, "", policy_in(settings.policy_file), lambda http: carriers(settings, http)) as post:
        yield Outbound(house.desk, post.send, post.settle)


async def deliver_all(worker: Outbound) -> int:
    """Deliver until nothing is due; returns how many tries there were."""
    tries = 0
    while some := await worker.once():
        tries += some
    return tries


async def put_contact(house: House, recipient: str, **agreed: Any) -> httpx.Response:
    """A clinician writes down what a recipient agreed to."""
    headers = house.caller.headers([Role.CLINICIAN], uuid4().hex, "staff-eva")
    return await house.http.put(f"/v1/recipients/{recipient}/contact", json=agreed, headers=headers)


async def tell_the_aunt(house: House, worker: Outbound, notice: str = "n-1", sequence: int = 1) -> None:
    """Something stands in her inbox, and the matter has settled."""
    await house.hear(1, granted())
    await house.hear(sequence, to_aunt(notice), source="family")
    await deliver_all(worker)
    house.set_clock(SETTLED)
    await house.fire()


def plain(text: str) -> str:
    """A text without the token in its link."""
    return re.sub(rf"({re.escape(STANDARD.link)})[\w-]{{22}}", r"\1", text)
