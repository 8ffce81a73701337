"""How Kafka is reached: the one place that knows user, password and certificate."""

import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.conn import collect_hosts, create_conn
from aiokafka.errors import KafkaConnectionError, KafkaError, SaslAuthenticationFailed, UnsupportedSaslMechanismError
from faststream.security import BaseSecurity, SASLScram512

from common.settings import Settings

Connection = Mapping[str, Any]
"""The arguments every aiokafka client takes alike."""

MECHANISM = "SCRAM-SHA-512"


class NotLetIn(KafkaError):  # type: ignore[misc]
    """The broker is there and does not let us in; its text is one line that says why."""


def connection(settings: Settings) -> Connection:
    """The aiokafka arguments for consumer, producer and admin; reads the password's file."""
    arguments: dict[str, Any] = {
        "bootstrap_servers": settings.kafka,
        "security_protocol": settings.kafka_security,
        "ssl_context": _trust(settings),
    }
    if login := settings.kafka_login:
        arguments |= {
            "sasl_mechanism": MECHANISM,
            "sasl_plain_username": login.user,
            "sasl_plain_password": login.password,
        }
    return arguments


def security(settings: Settings) -> BaseSecurity:
    """The same for FastStream."""
    if login := settings.kafka_login:
        return SASLScram512(login.user, login.password, ssl_context=_trust(settings))
    return BaseSecurity(ssl_context=_trust(settings))


def _trust(settings: Settings) -> ssl.SSLContext | None:
    """Which certificates are believed; None where nothing is encrypted."""
    if not settings.kafka_security.endswith("SSL"):
        return None
    return ssl.create_default_context(cafile=settings.kafka_ca)


@asynccontextmanager
async def admin(connection: Connection) -> AsyncIterator[AIOKafkaAdminClient]:
    """A client for questions about topics; raises KafkaError, and NotLetIn where waiting alone will not help."""
    client = AIOKafkaAdminClient(**connection)
    try:
        await client.start()
        yield client
    except KafkaConnectionError:
        await _be_let_in(connection)
        raise
    finally:
        await client.close()


async def _be_let_in(connection: Connection) -> None:
    """Knock once more and raise NotLetIn with the broker's own words; the clients only say "unable to bootstrap"."""
    alone = {name: value for name, value in connection.items() if name != "bootstrap_servers"}
    for host, port, _ in collect_hosts(connection["bootstrap_servers"]):
        try:
            (await create_conn(host, port, **alone)).close()
        except (SaslAuthenticationFailed, UnsupportedSaslMechanismError) as refused:
            raise NotLetIn(f"Kafka at {host}:{port} does not let {_who(connection)} in: {_words(refused)}") from None
        except ssl.SSLError as distrust:
            raise NotLetIn(f"no trust in Kafka at {host}:{port}: {_words(distrust)}") from None
        except (OSError, KafkaError, TimeoutError):
            continue


def _who(connection: Connection) -> str:
    return str(connection.get("sasl_plain_username", "us"))


def _words(error: Exception) -> str:
    return " ".join(str(error).split())
