"""What every service is told by its environment (`THROUGHLINE_…`)."""

from pathlib import Path
from typing import Literal, NamedTuple, Self

from pydantic import Field, FilePath, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from common.mongo import Driver

Security = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
"""Kafka's names. Source: Kafka, security.protocol."""


class Login(NamedTuple):
    """A user and the password that was in its file."""

    user: str
    password: str


class Settings(BaseSettings):
    """Settings all services share; a service adds its own by subclassing."""

    model_config = SettingsConfigDict(env_prefix="THROUGHLINE_", frozen=True)

    service: str = Field(description="the service's name; each knows its own")
    host: str = Field("127.0.0.1", description="address the service listens on")
    port: int = Field(8000, description="port the service listens on")
    kafka: str = Field("127.0.0.1:9092", description="Kafka bootstrap servers")
    kafka_security: Security = Field("PLAINTEXT", description="how Kafka is spoken to; SASL is SCRAM-SHA-512")
    kafka_user: str = Field("", description="who we are to Kafka, with SASL")
    kafka_password_file: FilePath | None = Field(None, description="file with that user's password")
    kafka_ca: FilePath | None = Field(None, description="PEM file: who signs Kafka's certificates; none: the system's")
    embedded_broker: bool = Field(False, description="the broker is the embedded one: short sessions, no idempotence")
    partitions: int = Field(12, description="partitions of a topic that does not exist yet; never change it later")
    replication: int = Field(-1, description="copies of a topic that does not exist yet; -1: the broker's default")
    min_insync: int | None = Field(None, description="copies that must have a message; none: the broker's default")
    mongo: str = Field(
        "mongodb://127.0.0.1:27017/?replicaSet=rs0&w=majority&journal=true",
        description="MongoDB connection string, of a replica set and without a password",
    )
    mongo_user: str = Field("", description="who we are to the database; empty: it asks nobody")
    mongo_password_file: FilePath | None = Field(None, description="file with that user's password")
    mongo_driver: Driver = Field("motor", description="the client library that talks to the database")
    jwks: str = Field("", description="file or https URL with the public keys that sign staff tokens")
    issuer: str = Field("throughline-embedded", description="who issues staff tokens (`iss`)")
    audience: str = Field("throughline", description="for whom staff tokens are issued (`aud`)")
    clock_file: Path | None = Field(None, description="a clock that its driver moves; only for demonstrations")
    site: str = Field("main", description="the program's site; every message carries it")
    zone: str = Field("America/New_York", description="the program's time zone: days, billing, business hours")
    otlp: str = Field("", pattern=r"^(https?://\S+)?$", description="OTLP/HTTP endpoint for traces; empty: none made")

    @property
    def kafka_login(self) -> Login | None:
        """Who we are to Kafka; None where it does not ask."""
        return _login(self.kafka_user, self.kafka_password_file) if self.kafka_security.startswith("SASL") else None

    @property
    def mongo_login(self) -> Login | None:
        """Who we are to the database; None where it does not ask."""
        return _login(self.mongo_user, self.mongo_password_file)

    @model_validator(mode="after")
    def _logins_are_whole(self) -> Self:
        if self.kafka_security.startswith("SASL") and not self.kafka_login:
            raise ValueError(f"{self.kafka_security} needs THROUGHLINE_KAFKA_USER and THROUGHLINE_KAFKA_PASSWORD_FILE")
        if self.mongo_user and not self.mongo_login:
            raise ValueError("THROUGHLINE_MONGO_USER needs THROUGHLINE_MONGO_PASSWORD_FILE")
        return self


def _login(user: str, password_file: Path | None) -> Login | None:
    """Raises ValueError with one line for a file that cannot be read or is empty."""
    if not user or password_file is None:
        return None
    try:
        password = password_file.read_text().strip()
    except OSError as error:
        raise ValueError(f"{password_file}: {error.strerror}") from None
    if not password:
        raise ValueError(f"{password_file} is empty")
    return Login(user, password)


def wrong_lines(wrong: ValidationError) -> list[str]:
    """What is wrong with settings, a line for each, without the values."""
    return [f"{_name(error['loc'])}{error['msg'].removeprefix('Value error, ')}" for error in wrong.errors()]


def _name(place: tuple[int | str, ...]) -> str:
    return f"THROUGHLINE_{place[0]}: ".upper() if place else ""
