"""Reads the six databases; the only file here that talks to Mongo."""

from pymongo import AsyncMongoClient

from throughline.invariants.shapes import SERVICES, Doc, House

PLUMBING = ("journal", "outbox", "positions", "held", "parked", "sequences", "timers", "quarantine")
OWN = {
    "intake": ("episode", "consents", "referral", "transitions", "likeness", "duplicates"),
    "scheduling": ("levelboard", "whereabouts"),
    "skills": ("skillsrecord",),
    "family": ("supportnetwork",),
    "notifications": ("correspondence", "deliveries"),
    "operations": ("events", "journeys"),
}
"""Service -> its own collections that some check reads."""

LEFT_OUT = {"parked": {"value": 0}, "held": {"value": 0}, "quarantine": {"value": 0}, "episode": {"state.evidence": 0}}
"""Large fields that no check reads."""

PATIENCE_MS = 5000


async def read_house(mongo_uri: str) -> House:
    """All documents the checks look at; raises PyMongoError where the database does not answer."""
    stores: dict[str, dict[str, list[Doc]]] = {}
    client: AsyncMongoClient[dict[str, object]]
    async with AsyncMongoClient(mongo_uri, tz_aware=True, serverSelectionTimeoutMS=PATIENCE_MS) as client:
        for service in SERVICES:
            stores[service] = {
                name: list(await client[service][name].find({}, LEFT_OUT.get(name)).to_list())
                for name in (*PLUMBING, *OWN[service])
            }
    return House(stores)
