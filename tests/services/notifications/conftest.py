"""A house of its own for every test, without a gateway and with one."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from common.outbound import Outbound
from notifications.app import app
from notifications.settings import Settings
from services.notifications.carrying import (
    NEW_KEY,
    OLD_KEY,
    MailServer,
    Provider,
    mail_server,
    post_of,
    provider_running,
)
from services.one_gateway import Outside, gateway_running
from services.one_house import House, house_of
from services.one_service import signing_key


@pytest_asyncio.fixture
async def house(mongo_uri: str, tmp_path: Path) -> AsyncIterator[House]:
    """Notifications with nothing in it."""
    async with house_of(app(Settings(jwks=signing_key(tmp_path), ladders=False)), mongo_uri, tmp_path) as house:
        yield house


@pytest_asyncio.fixture(scope="session")
async def gateway(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Outside]:
    """A gateway that deduplicates, as a process of its own."""
    async with gateway_running(tmp_path_factory.mktemp("gateway")) as gateway:
        yield gateway


@pytest_asyncio.fixture
async def open_house(mongo_uri: str, tmp_path: Path, gateway: Outside) -> AsyncIterator[House]:
    """Notifications with a gateway that is there, and nothing in it."""
    await gateway.be_away(0)
    settings = Settings(jwks=signing_key(tmp_path), gateway=gateway.url, ladders=False)
    async with house_of(app(settings), mongo_uri, tmp_path) as house:
        yield house


@pytest.fixture
def mails() -> MailServer:  # type: ignore[misc]
    """A mail server."""
    with mail_server() as server:
        yield server


@pytest_asyncio.fixture
async def texts() -> AsyncIterator[Provider]:
    """A provider of texts."""
    async with provider_running() as provider:
        yield provider


@pytest.fixture
def settings(tmp_path: Path, mails: MailServer, texts: Provider) -> Settings:
    """All three channels."""
    keys = tmp_path / "webhook-keys"
    keys.write_text(f"{NEW_KEY}\n{OLD_KEY}\n")
    return Settings(
        jwks=signing_key(tmp_path),
        smtp=f"127.0.0.1:{mails.port}",
        smtp_tls=False,
        mail_from="Care team <care@example.org>",
        sms=texts.url,
        webhook_keys_file=keys,
        ladders=False,
    )


@pytest_asyncio.fixture
async def wired(mongo_uri: str, tmp_path: Path, settings: Settings) -> AsyncIterator[House]:
    """Notifications with three channels."""
    async with house_of(app(settings), mongo_uri, tmp_path) as house:
        yield house


@pytest_asyncio.fixture
async def worker(wired: House, settings: Settings) -> AsyncIterator[Outbound]:
    """What delivers."""
    async with post_of(wired, settings) as worker:
        yield worker
