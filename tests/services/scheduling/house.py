"""Scheduling on a real mongod: messages as Kafka would bring them, and what it then holds and said."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from common.change import change
from common.contracts import CONTRACTS
from common.contracts.intake import EpisodeClosed, LeaveReturned, LeaveStarted, LevelOfCareChanged
from common.contracts.message import Contract
from common.contracts.scheduling import ConfirmPlace, HoldPlace, PlaceCommand, ReleasePlace
from common.contracts.words import (
    Disposition,
    EpisodeId,
    LevelOfCare,
    ParticipantId,
    StaffId,
    TransitionId,
    TransitionKind,
)
from common.envelope import Envelope, instant
from common.store import Store
from common.units import Act, Delivery
from scheduling.domain.board import LevelBoard

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PHP = LevelOfCare.PHP
EPISODE, STAFF = EpisodeId("e"), StaffId("s")


def later(minutes: int) -> datetime:
    """So many minutes after noon."""
    return NOON + timedelta(minutes=minutes)


class Intake:
    """Numbers what intake says, gapless per topic and subject."""

    def __init__(self) -> None:
        self._numbers: Counter[tuple[str, str]] = Counter()

    def says(self, data: Contract) -> Delivery:
        """The next message of its stream and subject."""
        key = data.TOPIC, data.subject()
        self._numbers[key] += 1
        return Delivery(
            Envelope(
                id=str(uuid4()),
                source="/throughline/intake",
                type=data.type_name(),
                topic=data.TOPIC,
                subject=data.subject(),
                sequence=self._numbers[key],
                attributes={"ce_time": instant(data.at), "ce_correlationid": "c"},
                value=data.model_dump_json().encode(),
            )
        )

    def asks(
        self, kind: type[PlaceCommand], transition: str, who: str, minutes: int, level: LevelOfCare = PHP
    ) -> Delivery:
        """A place command, so many minutes after noon."""
        return self.says(
            kind(
                at=later(minutes),
                transition_id=TransitionId(transition),
                participant_id=ParticipantId(who),
                level=level,
            )
        )

    def holds(self, transition: str, who: str, minutes: int) -> Delivery:
        """`HoldPlace` at PHP."""
        return self.asks(HoldPlace, transition, who, minutes)

    def confirms(self, transition: str, who: str, minutes: int) -> Delivery:
        """`ConfirmPlace` at PHP."""
        return self.asks(ConfirmPlace, transition, who, minutes)

    def releases(self, transition: str, who: str, minutes: int) -> Delivery:
        """`ReleasePlace` at PHP."""
        return self.asks(ReleasePlace, transition, who, minutes)

    def closes(self, who: str, minutes: int) -> Delivery:
        """`EpisodeClosed` from PHP."""
        return self.says(
            EpisodeClosed(
                at=later(minutes),
                participant_id=ParticipantId(who),
                episode_id=EPISODE,
                from_level=PHP,
                disposition=Disposition.COMPLETED,
                decided_by=STAFF,
            )
        )

    def admits(self, who: str, minutes: int) -> Delivery:
        """`LevelOfCareChanged` to PHP."""
        return self.says(
            LevelOfCareChanged(
                at=later(minutes),
                participant_id=ParticipantId(who),
                episode_id=EPISODE,
                transition_id=TransitionId("t1"),
                kind=TransitionKind.ADMISSION,
                from_level=None,
                to_level=PHP,
                primary_therapist=STAFF,
            )
        )

    def sends_on_leave(self, who: str, minutes: int) -> Delivery:
        """`LeaveStarted`, for a day."""
        due = later(minutes + 24 * 60)
        who_ = ParticipantId(who)
        return self.says(
            LeaveStarted(at=later(minutes), participant_id=who_, episode_id=EPISODE, return_due_at=due, agreed_by=STAFF)
        )

    def hears_of_return(self, who: str, minutes: int) -> Delivery:
        """`LeaveReturned`."""
        return self.says(LeaveReturned(at=later(minutes), participant_id=ParticipantId(who), episode_id=EPISODE))


async def set_up(store: Store, places: int | None) -> None:
    """PHP has so many places and no groups."""
    await store.commit(
        [
            Act(
                str(uuid4()),
                NOON,
                (change(LevelBoard, PHP, LevelBoard.set_up, places, [], STAFF, NOON),),
            )
        ]
    )


async def said(store: Store, *, without: tuple[str, ...] = ("LevelSetUp.v1",)) -> list[tuple[str, str]]:
    """What scheduling said, as type and transition, each participant's in order."""
    rows = await store.database.find(
        "journal", {"type": {"$nin": list(without)}}, sort=[("subject", 1), ("sequence", 1)]
    )
    read = [CONTRACTS[row["type"]].model_validate_json(row["data"]) for row in rows]
    return [(type(fact).__name__, str(getattr(fact, "transition_id", ""))) for fact in read]


async def board(store: Store) -> LevelBoard:
    """The board of PHP."""
    document: dict[str, Any] = await store.database.get("levelboard", PHP) or {"state": {"id": PHP}}
    return LevelBoard.model_validate(document["state"])
