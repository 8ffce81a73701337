"""Who may ask skills what over HTTP."""

from datetime import UTC, date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Path, Request, Response, status
from pydantic import BeforeValidator, Field

from common.change import Invalid, change
from common.contracts.message import Instant
from common.contracts.words import (
    ParticipantId,
    Role,
    SupporterId,
    TargetKind,
)
from common.web import Body, Doing, Receipt, allow, staff_of
from skills import views
from skills.domain.record import SkillsRecord
from skills.domain.risk import Target
from skills.domain.watching import watched

CLINICAL = (Role.CLINICIAN, Role.MEDICAL, Role.FAMILY_CLINICIAN, Role.SKILLS_LEADER)
"""The roles that care for participants."""
MOST_AT_ONCE = 200
"""Cards or administrations in one request; they are taken together or not at all. ASSUMED."""

router = APIRouter(prefix="/v1", tags=["skills"], dependencies=[Depends(staff_of)])


def _no_bool(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("say a number")  # noqa: TRY004 - pydantic answers ValueErrors
    return value


Whole = Annotated[int, BeforeValidator(_no_bool)]
"""A whole number; yes and no are none, which JSON libraries would take for 1 and 0."""
Number = Annotated[float, BeforeValidator(_no_bool)]
Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,59}$")]
"""A code, never a sentence: it travels where anybody who watches may see it."""
Person = Annotated[ParticipantId, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")]
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")]
Supporter = Annotated[SupporterId, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")]
"""Somebody of the participant's network; who, family knows."""
Participant = Annotated[ParticipantId, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")]


class TargetBehaviour(Body):
    """A target behaviour that happened."""

    kind: TargetKind
    happened_at: Instant | None = None
    needed_medical_care: bool = False


def happened(at: datetime | None, now: datetime) -> datetime:
    """The instant meant, in UTC, now where none is given; raises Invalid `in-the-future`. Rule: SK-D6."""
    if at is not None and at > now:
        raise Invalid("in-the-future", "this has not happened yet by the program's clock")
    return (at or now).astimezone(UTC)


def begun(day: date, now: datetime, zone: str) -> date:
    """A day that has begun for the program or in UTC; raises Invalid `in-the-future`. Rule: SK-D6."""
    if day > max(now.astimezone(ZoneInfo(zone)).date(), now.astimezone(UTC).date()):
        raise Invalid("in-the-future", "this day has not begun yet by the program's clock")
    return day


@router.post(
    "/participants/{pid}/target-behaviours",
    status_code=status.HTTP_201_CREATED,
    dependencies=[allow(*CLINICAL, Role.INTEGRATION)],
)
async def record_target(pid: Participant, body: TargetBehaviour, doing: Doing) -> Receipt:
    """Record a target behaviour."""
    target = Target(
        kind=body.kind,
        happened_at=happened(body.happened_at, doing.now),
        needed_medical_care=body.needed_medical_care,
    )
    return await doing.do(change(SkillsRecord, pid, watched(SkillsRecord.record_target), target, doing.now))


@router.get("/participants/{pid}", dependencies=[allow(*CLINICAL)])
async def get_participant(pid: Participant, request: Request, response: Response) -> views.ParticipantView:
    """All that skills knows about one participant."""
    state = request.app.state
    view = await views.participant(state.database, state.program.syllabus, pid)
    response.headers["ETag"] = f'"{view.version}"'
    return view
