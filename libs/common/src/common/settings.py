"""What every service is told by its environment (`THROUGHLINE_…`)."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from common.mongo import Driver


class Settings(BaseSettings):
    """Settings all services share; a service adds its own by subclassing."""

    model_config = SettingsConfigDict(env_prefix="THROUGHLINE_", frozen=True)

    service: str
    host: str = "127.0.0.1"
    port: int = 8000
    kafka: str = Field("127.0.0.1:9092", description="Kafka bootstrap servers")
    embedded_broker: bool = Field(False, description="the broker is the embedded one: short sessions, no idempotence")
    partitions: int = Field(12, description="partitions of a topic that does not exist yet; never change it later")
    mongo: str = Field("mongodb://127.0.0.1:27017/?replicaSet=rs0&w=majority&journal=true")
    mongo_driver: Driver = Field("motor", description="the client library that talks to the database")
    jwks: str = Field("", description="file or https URL with the public keys that sign staff tokens")
    issuer: str = "throughline-embedded"
    audience: str = "throughline"
    clock_file: Path | None = Field(None, description="a clock that its driver moves; only for demonstrations")
    site: str = "main"
    zone: str = Field("America/New_York", description="the program's time zone: days, billing, business hours")
