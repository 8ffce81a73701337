"""The door of people who may be known already: the questions, both sides of each, and a person's answer."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from common.change import Change, NotFound, change
from common.contracts.words import ParticipantId, Role
from common.web import Body, Doing, InCare, Receipt, allow
from intake import views
from intake.domain.consents import Consents
from intake.domain.duplicates import Duplicate, Pair, parted
from intake.domain.episode import Rules
from intake.doors.asking import Code, InForce
from intake.views import care

router = APIRouter(prefix="/v1/duplicates", tags=["referrals"])


class SamePerson(Body):
    """Whether two participants are the same person, and why."""

    same: bool
    reason: Code


@router.get("")
async def list_duplicates(
    request: Request,
    staff: InCare,
    participant_id: ParticipantId | None = None,
    after: str = "",
    open_only: bool = True,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> dict[str, Any]:
    """Questions by id, ids only, a page at a time."""
    return await views.duplicates(request.app.state.database, participant_id, open_only, after, limit)


@router.get("/{id}", dependencies=[allow(Role.CLINICIAN)])
async def get_duplicate(request: Request, id: str) -> dict[str, Any]:
    """One question with what was recorded of both, for the clinician who answers it."""
    return await _asked(request, id)


@router.post("/{id}/answer", dependencies=[allow(Role.CLINICIAN)])
async def answer(request: Request, id: str, body: SamePerson, doing: Doing, rules: InForce) -> Receipt:
    """A clinician says whether they are the same; the other answer corrects an earlier one."""
    asked = await _asked(request, id)
    pair = Pair(asked["participant_id"], asked["other_participant_id"])
    said = (pair, body.same, doing.staff.id, body.reason, doing.now)
    ages = _ages_carried(request, pair, rules, doing.now) if body.same else _ages_parted(request, pair, doing.now)
    return await doing.do(change(Duplicate, id, Duplicate.answer, *said), *await ages)


async def _ages_carried(request: Request, pair: Pair, rules: Rules, now: datetime) -> list[Change[Consents]]:
    """What one of them has of birth date and state, for the other who has none. Rule: IN-D5."""
    found = []
    one, another = pair.participant_id, pair.other_participant_id
    for who, other in ((one, another), (another, one)):
        basis = await care.age_basis(request.app.state.database, other)
        if basis is not None:
            born, state, whose = basis
            found.append(change(Consents, who, Consents.know_age, born, state, None, rules, now, whose))
    return found


async def _ages_parted(request: Request, pair: Pair, now: datetime) -> list[Change[Consents]]:
    """What came along from one side to the other, however far, for those who have it. Rule: IN-D5."""
    pairs = await views.pairs_around(request.app.state.database, *pair.both)
    one, another = parted(pair, pairs)
    back = [(who, another) for who in sorted(one)] + [(who, one) for who in sorted(another)]
    return [change(Consents, who, Consents.forget_age, others, now) for who, others in back]


async def _asked(request: Request, id: str) -> dict[str, Any]:
    found = await views.duplicate(request.app.state.database, id)
    if found is None:
        raise NotFound("no-such-duplicate", "nobody asks this")
    return found
