"""A tiny service for the plumbing's own tests: it counts lessons, and refuses the one called POISON."""

from typing import Self

from common.change import Aggregate, Effects, Outcome, Refused, Remind, TimerFired, change
from common.contracts.message import Contract, Message
from common.contracts.skills import DiaryCardSubmitted, SkillTaught
from common.contracts.words import ParticipantId, SkillModule
from common.envelope import Envelope, instant
from common.service import Service
from common.store import Store
from common.units import Delivery


class Ledger(Aggregate):
    """Every lesson heard, in the order of applying; not idempotent on purpose."""

    lessons: tuple[str, ...] = ()

    def after(self, fact: Contract) -> Self:
        """Append the lesson."""
        if isinstance(fact, SkillTaught):
            return self.model_copy(update={"lessons": (*self.lessons, fact.lesson)})
        return self

    def hear(self, taught: SkillTaught) -> list[Outcome]:
        """Count it, whatever came before."""
        if taught.lesson == "POISON":
            raise Refused("poisoned", "this lesson cannot be counted")
        if taught.lesson == "BUG":
            raise ZeroDivisionError
        if taught.lesson == "LATER":
            return [Remind("later", taught.at, {"lesson": "TIMED"})]
        return [taught]


def count(message: Message[SkillTaught]) -> Effects:
    """A lesson is counted."""
    return [change(Ledger, message.subject, Ledger.hear, message.data)]


def count_timed(fired: TimerFired) -> Effects:
    """A lesson that waited is counted."""
    return [change(Ledger, fired.aggregate_id, Ledger.hear, lesson(fired.aggregate_id, fired.data["lesson"]))]


SERVICE = Service(
    name="family",
    hears={SkillTaught: count},
    timers={"later": count_timed},
    aggregates=(Ledger,),
)
NOON = DiaryCardSubmitted.model_validate_json(
    '{"at":"2026-03-02T12:00:00Z","participant_id":"p","day":"2026-03-02","suicide_urge":0,'
    '"self_harm_urge":0,"self_harm":false,"helped":true}'
).at


def lesson(participant: str, code: str) -> SkillTaught:
    """A lesson taught to one participant."""
    return SkillTaught(at=NOON, participant_id=ParticipantId(participant), module=SkillModule.MINDFULNESS, lesson=code)


def delivery(data: Contract, sequence: int, *, topic: str = "skills.progress", body: bytes | None = None) -> Delivery:
    """A message as Kafka would bring it."""
    envelope = Envelope(
        id=f"{data.subject()}-{sequence}",
        source="/throughline/skills",
        type=data.type_name(),
        topic=topic,
        subject=data.subject(),
        sequence=sequence,
        attributes={"ce_time": instant(NOON), "ce_correlationid": "c"},
        value=data.model_dump_json().encode() if body is None else body,
    )
    return Delivery(envelope)


async def lessons(store: Store, participant: str) -> list[str]:
    """What the ledger of one participant holds."""
    document = await store.database.get("ledger", participant)
    return document["state"]["lessons"] if document else []
