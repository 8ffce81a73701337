"""What a service may not do, tried from inside its container; and what nobody may find outside."""

import subprocess
from collections.abc import Iterator

from common.contracts import SERVICES
from compose import site

OTHERS_STORE = """
import os, pymongo
uri = os.environ["THROUGHLINE_MONGO"]
secret = open(os.environ["THROUGHLINE_MONGO_PASSWORD_FILE"]).read().strip()
who = pymongo.MongoClient(uri, username="intake", password=secret, authSource="admin")
print("own", who.intake.journal.count_documents({}) > 0)
print("sees", *who.list_database_names())
for act in (who.skills.journal.find_one, lambda: who.skills.journal.insert_one({})):
    try:
        print("did", act())
    except pymongo.errors.OperationFailure as refused:
        print("refused", refused.code)
"""

OTHERS_STREAM = """
import asyncio
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from common.kafka import connection
from intake.settings import Settings
async def say():
    async with AIOKafkaProducer(**connection(Settings()), request_timeout_ms=10000) as producer:
        try:
            await producer.send_and_wait("skills.progress", b"{}")
            print("did")
        except KafkaError as refused:
            print("refused", type(refused).__name__)
asyncio.run(say())
"""


def breaches() -> Iterator[str]:
    """Each thing that is not as it should be, in one line. The house must be up and have said things."""
    said = _inside("intake", "python", "-c", OTHERS_STORE).splitlines()
    if said != ["own True", "sees intake", "refused 13", "refused 13"]:
        yield f"intake's user at another's store: {said}"
    if "did" in (heard := _inside("intake", "python", "-c", OTHERS_STREAM)):
        yield f"intake's user at another's stream: {heard}"
    for service in SERVICES:
        if "uid=10001" not in _inside(service, "id"):
            yield f"{service} is not the user throughline"
        if "Read-only" not in _inside(service, "sh", "-c", "touch /app/x || true"):
            yield f"{service} can write into its own image"
    yield from _seen_outside()


def _seen_outside() -> Iterator[str]:
    """A secret in an image, in an environment or in a command would be read by whoever may ask the engine."""
    containers = subprocess.check_output(["docker", "ps", "-aq"], text=True).split()
    told = subprocess.check_output(["docker", "inspect", *containers], text=True)
    told += subprocess.check_output(["docker", "history", "--no-trunc", "throughline:0.1.0"], text=True)
    told += site.compose("config") + site.logs()
    for path in sorted((site.PROJECT / "deploy/secrets").glob("*.txt")):
        if path.read_text() in told:
            yield f"the secret {path.stem} is seen outside its file"


def _inside(service: str, *argv: str) -> str:
    return site.compose("exec", "-T", service, *argv)
