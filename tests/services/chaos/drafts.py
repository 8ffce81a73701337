"""What a chaos run shows the checks, made of a real journey; and copies of it that tests break."""

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from chaos.evidence import Acknowledged, Evidence
from chaos.hearing import CONTROL, heard
from chaos.seen import Record, Seen
from common.change import change
from common.units import Act, Answer
from scheduling.domain.board import LevelBoard
from services.invariants.journey import CLINICIAN, IOP
from services.invariants.walk import Walk

Document = dict[str, Any]
Stores = dict[str, dict[str, list[Document]]]

KEY = "4b1d"
STRAY = "skills.commands|0|0|1770000000000"
DELIVERED = "NoticeDelivered.v1"


async def act_with_a_key(walk: Walk) -> Acknowledged:
    """One act as it comes over HTTP, with an Idempotency-Key, and its receipt."""
    effect = change(LevelBoard, IOP, LevelBoard.set_up, 12, [], CLINICIAN, walk.now)
    act = Act(str(uuid4()), walk.now, (effect,), key=f"{CLINICIAN}|PUT /v1/levels/IOP|{KEY}", fingerprint="f")
    outcome = await walk.stores["scheduling"].commit([act])
    answer = outcome.answers[act.id]
    assert isinstance(answer, Answer)
    await walk.settle()
    receipt = {"id": answer.id, "version": answer.version, "said": list(answer.said), "repeated": False, "extra": {}}
    return Acknowledged("scheduling", "/v1/levels/IOP", KEY, receipt)


def with_a_wire(stores: Stores, acknowledged: Acknowledged) -> Seen:
    """The stores, and a log in which all of it was carried, with a stray record and one that tells tails."""
    log = [Record("skills.commands", 0, 0, "", "", 0, "", addressed=False)]
    log.append(Record("skills.progress", 0, 0, "/throughline/skills", "skills.progress", 0, CONTROL, addressed=False))
    ends = {"skills.commands": 1, "skills.progress": 1}
    for service, collections in stores.items():
        for row in sorted(collections["journal"], key=lambda row: (row["topic"], row["subject"], row["sequence"])):
            topic, offset = row["topic"], ends.get(row["topic"], 0)
            said = (f"/throughline/{service}", row["subject"], row["sequence"], row["type"])
            log.append(Record(topic, 0, offset, *said, addressed=True))
            ends[topic] = offset + 1
    stores["skills"]["quarantine"].append({"_id": STRAY})
    stores["intake"]["leases"].append({"_id": "shard-0", "until": datetime.now(UTC)})
    return Seen(
        run=Evidence(
            mongo="",
            kafka="",
            folder=Path(),
            acknowledged=[acknowledged],
            expected_parked={doc["message_id"] for doc in stores["notifications"]["parked"]},
            expected_quarantined=1,
            broker_restarts=0,
            gateway_log=Path(),
        ),
        stores=stores,
        log=log,
        gateway=[_accepted(row) for row in stores["notifications"]["journal"] if row["type"] == DELIVERED],
        committed={(service, topic, 0): ends[topic] for service, topic in heard() if topic in ends},
    )


def _accepted(row: Document) -> Document:
    """What the outside wrote down of a notice it took."""
    return {"key": json.loads(row["data"])["notice_id"], "first": True}


class Draft:
    """What was seen, to be changed; `seen()` is what the checks then look at."""

    def __init__(self, right: Seen) -> None:
        self._right = right
        self.run = right.run
        self.stores: Stores = copy.deepcopy(dict(right.stores))  # type: ignore[arg-type]
        self.log = list(right.log)
        self.committed = dict(right.committed)
        self.lost_on_purpose = right.lost_on_purpose

    def seen(self) -> Seen:
        """As it is now."""
        return Seen(
            self.run, self.stores, self.log, self.committed, self._right.gateway, lost_on_purpose=self.lost_on_purpose
        )

    def docs(self, service: str, collection: str) -> list[Document]:
        """One collection, to be changed in place."""
        return self.stores[service][collection]

    def longest(self, service: str, collection: str = "chaos_ledger") -> Document:
        """Where a service applied the most."""
        return max(self.docs(service, collection), key=lambda doc: len(doc["applied"]))

    def acknowledge(self, **changed: Any) -> None:
        """One more receipt: the one there is, changed."""
        first = self.run.acknowledged[0]
        more = replace(first, receipt={**first.receipt, **changed})
        self.run = replace(self.run, acknowledged=[*self.run.acknowledged, more])


Break = Callable[[Draft], object]
