"""The tokens in links: by nudge, so that every try carries the same bytes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_urlsafe

from common.mongo import Database, IndexModel

LINKS = "links"
TOKEN_BYTES = 16
"""From the operating system's chance: 128 bits, 22 letters. Source: OWASP session management, 64 bits at least."""
INDEXES: Mapping[str, Sequence[IndexModel]] = {LINKS: [IndexModel([("token", 1)], unique=True)]}


@dataclass(frozen=True, slots=True)
class Link:
    """Whose link it is, of which nudge, and until when it is good."""

    recipient: str
    nudge_id: str
    expires_at: datetime


async def token_of(database: Database, link: Link) -> str:
    """The token of a nudge's link; made at the first try, whoever makes that. Rule: NO-T1."""
    fresh = {"token": token_urlsafe(TOKEN_BYTES), "recipient": link.recipient, "expires_at": link.expires_at}
    await database.update(LINKS, {"_id": link.nudge_id}, {"$setOnInsert": fresh}, upsert=True)
    made = await database.get(LINKS, link.nudge_id)
    return str(made["token"]) if made else ""


async def link_with(database: Database, token: str) -> Link | None:
    """The link with this token; None where there is none."""
    found = await database.find(LINKS, {"token": token})
    return Link(found[0]["recipient"], found[0]["_id"], found[0]["expires_at"]) if found else None
