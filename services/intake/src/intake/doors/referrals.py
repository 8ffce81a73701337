"""The referral door: FHIR R4 or by hand in, a person's decision out."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any
from uuid import uuid5

from fastapi import APIRouter, Query, Request
from pydantic import Field, StringConstraints

from common.change import Effect, Invalid, NotFound, change
from common.contracts import intake as said
from common.contracts.words import (
    Condition,
    EpisodeId,
    LevelOfCare,
    ParticipantId,
    Priority,
    ReferralId,
    Role,
    TransitionId,
)
from common.plain import NamedStaff
from common.web import Acting, Body, Doing, InCare, Problem, Receipt, allow
from intake import views
from intake.domain import duplicates, eligibility, lifecycle
from intake.domain.consents import Consents
from intake.domain.duplicates import Duplicate, Likeness
from intake.domain.eligibility import Known
from intake.domain.episode import Episode, Rules
from intake.domain.referral import Referral
from intake.doors.asking import IDS, Code, InForce, made
from intake.doors.fhir import ReferralDraft, UnreadableReferral, read_referral

router = APIRouter(tags=["referrals"])

FHIR = {"type": "object", "required": ["resourceType"], "properties": {"resourceType": {"type": "string"}}}
"""What OpenAPI can say of a document that is read by itself, whatever content type it comes with."""


Line = Annotated[str, StringConstraints(max_length=200)]


class Identifier(Body):
    """A number somebody is known by, and who gave it, as FHIR writes it."""

    system: Line
    value: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class ByHand(Body):
    """A referral typed in by staff."""

    given_name: Line
    family_name: Line
    birth_date: date | None = None
    phone: Line = ""
    email: Line = ""
    conditions: tuple[Condition, ...] = ()
    priority: Priority = Priority.ROUTINE
    requested_level: LevelOfCare | None = None
    identifiers: Annotated[tuple[Identifier, ...], Field(max_length=duplicates.MOST_IDENTIFIERS)] = ()


class Decision(Body):
    """A person's decision about a referral."""

    decision: str
    reason: Code | None = None
    level: LevelOfCare | None = None
    primary_therapist: NamedStaff | None = None


@router.post(
    "/v1/referrals/fhir",
    status_code=201,
    dependencies=[allow(Role.INTEGRATION, Role.CLINICIAN)],
    openapi_extra={"requestBody": {"required": True, "content": {"application/fhir+json": {"schema": FHIR}}}},
)
async def receive_fhir(request: Request, doing: Doing, rules: InForce) -> Receipt:
    """A FHIR R4 Bundle, ServiceRequest or Patient; the same one sent again is the same referral."""
    try:
        draft = read_referral(await request.body(), now=doing.now)
    except UnreadableReferral as wrong:
        raise Problem(422, wrong.code, wrong.detail, expected=wrong.expected) from None
    return await _receive(request, doing, draft, "fhir", rules)


@router.post("/v1/referrals", status_code=201, dependencies=[allow(Role.INTEGRATION, Role.CLINICIAN)])
async def receive_by_hand(body: ByHand, request: Request, doing: Doing, rules: InForce) -> Receipt:
    """A referral by hand."""
    if body.birth_date is not None and body.birth_date > doing.now.date():
        raise Invalid("future-birth-date", "the birth date is in the future")
    known = {"has_mental_health_reason": True if body.conditions else None, "fingerprint": made(doing, "referral")}
    numbers = tuple((one.system, one.value) for one in body.identifiers)
    draft = ReferralDraft.model_validate({**body.model_dump(), **known, "identifiers": numbers})
    return await _receive(request, doing, draft, "manual", rules)


async def _receive(request: Request, doing: Acting, draft: ReferralDraft, source: str, rules: Rules) -> Receipt:
    referral_id = ReferralId(str(uuid5(IDS, f"referral|{draft.fingerprint}")))
    before = await views.referral(request.app.state.database, referral_id)
    new = ParticipantId(str(uuid5(IDS, f"participant|{draft.fingerprint}")))
    received = _received(draft, source, rules, doing.now, referral_id, before.participant_id if before else new)
    pid = received.participant_id
    contact = said.ContactRecorded(at=doing.now, participant_id=pid, **_identifiers(draft))
    looks = duplicates.marks(draft.identifiers, draft.given_name, draft.family_name, draft.birth_date)
    return await doing.do(
        change(Referral, referral_id, Referral.receive, received, contact),
        *(change(Likeness, m.id, Likeness.see, pid, referral_id, m, doing.now) for m in looks if not before),
        *_age_basis(contact, rules),
        referral_id=referral_id,
        participant_id=pid,
        questions=", ".join(received.questions),
    )


def _received(
    draft: ReferralDraft, source: str, rules: Rules, at: datetime, referral_id: ReferralId, pid: ParticipantId
) -> said.ReferralReceived:
    process, known = rules.policy.process, _known(draft, at.astimezone(rules.zone).date())
    return said.ReferralReceived(
        at=at,
        participant_id=pid,
        referral_id=referral_id,
        from_source=source,
        conditions=draft.conditions,
        baseline=tuple(score for score in draft.baseline if score.administered_at <= at),
        questions=(*eligibility.questions(known, process), *draft.left_out),
        level_questions=eligibility.level_questions(known, process),
        priority=draft.priority,
        requested_level=draft.requested_level,
        contact_due_at=at + timedelta(hours=process.admission.first_contact_hours[draft.priority]),
    )


def _known(draft: ReferralDraft, today: date) -> Known:
    return Known(
        age=eligibility.age_on(draft.birth_date, today),
        conditions=draft.conditions,
        mental_health_reason=draft.has_mental_health_reason,
        deceased=draft.deceased,
        requested_level=draft.requested_level,
    )


def _age_basis(contact: said.ContactRecorded, rules: Rules) -> list[Effect]:
    """What a referral tells of age bears on who may consent. Rule: IN-C6."""
    born, pid = contact.birth_date, contact.participant_id
    if born is None or born > contact.at.astimezone(rules.zone).date():
        return []
    return [change(Consents, pid, Consents.know_age, born, "", None, rules, contact.at)]


def _identifiers(draft: ReferralDraft) -> dict[str, Any]:
    return {
        "given_name": draft.given_name,
        "family_name": draft.family_name,
        "birth_date": draft.birth_date,
        "phone": draft.phone,
        "email": draft.email,
    }


@router.post("/v1/referrals/{referral_id}/decision", dependencies=[allow(Role.CLINICIAN)])
async def decide(referral_id: ReferralId, body: Decision, request: Request, doing: Doing, rules: InForce) -> Receipt:
    """A clinician accepts (the episode opens, the admission begins), declines, or lets them wait."""
    staff, reason = doing.staff, body.reason or ""
    if body.decision == "decline":
        return await doing.do(change(Referral, referral_id, Referral.decline, staff.id, reason, doing.now))
    if body.decision == "waitlist":
        if body.level is None:
            raise Invalid("admission-incomplete", "waiting names the level somebody waits for")
        return await doing.do(change(Referral, referral_id, Referral.waitlist, staff.id, body.level, reason, doing.now))
    if body.decision != "accept":
        raise Invalid("no-such-decision", "a decision is accept, decline or waitlist")
    if body.level is None or body.primary_therapist is None:
        raise Invalid("admission-incomplete", "accepting names a level and a primary therapist")
    referral = await views.referral(request.app.state.database, referral_id)
    if referral is None:
        raise NotFound("no-such-referral", "there is no referral with this id")
    pairs = await views.pairs_around(request.app.state.database, referral.participant_id)
    who = duplicates.identity(referral.participant_id, pairs)
    pid = who.participant_id
    episode_id, transition_id = EpisodeId(made(doing, "episode")), TransitionId(made(doing, "transition"))
    return await doing.do(
        change(Referral, referral_id, Referral.accept, staff.id, body.level, reason, who, doing.now),
        *(change(Duplicate, pair.id, Duplicate.still, pair.same) for pair in who.rests_on),
        change(
            Episode,
            pid,
            lifecycle.open_episode,
            episode_id,
            referral_id,
            body.primary_therapist,
            referral.conditions,
            lifecycle.young_enough(referral.baseline, rules.policy.process, doing.now),
            doing.now,
            staff.id,
        ),
        change(Episode, pid, lifecycle.admit, transition_id, body.level, staff.id, staff.roles, rules, doing.now),
        participant_id=pid,
        episode_id=episode_id,
        transition_id=transition_id,
    )


@router.get("/v1/referrals")
async def list_referrals(
    request: Request,
    staff: InCare,
    after: str = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> dict[str, Any]:
    """Referrals by id, a page at a time; `next` is the cursor of the next page."""
    return await views.referrals(request.app.state.database, after, limit)


@router.get("/v1/referrals/{referral_id}")
async def get_referral(request: Request, staff: InCare, referral_id: ReferralId) -> dict[str, Any]:
    """One referral, whom they may be known as already, and its version."""
    found = await views.referral_now(request.app.state.database, referral_id)
    if found is None:
        raise NotFound("no-such-referral", "there is no referral with this id")
    return found
