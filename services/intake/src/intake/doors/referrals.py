"""The referral door: FHIR R4 or by hand in, a person's decision out."""

from datetime import date
from typing import Annotated, Any
from uuid import uuid5

from fastapi import APIRouter, Query, Request

from common.change import Effect, Invalid, NotFound, change
from common.contracts import intake as said
from common.contracts.words import (
    Condition,
    EpisodeId,
    LevelOfCare,
    ParticipantId,
    ReferralId,
    Role,
    StaffId,
    TransitionId,
)
from common.web import Acting, Body, Doing, Problem, Receipt, Who, allow
from intake import views
from intake.domain import lifecycle
from intake.domain.consents import Consents
from intake.domain.episode import Episode, Rules
from intake.domain.referral import Referral, eligibility_questions
from intake.doors.asking import IDS, Code, InForce, made
from intake.doors.fhir import MAX_REFERRAL_BYTES, ReferralDraft, UnreadableReferral, read_referral

router = APIRouter(tags=["referrals"])


class ByHand(Body):
    """A referral typed in by staff."""

    given_name: str
    family_name: str
    birth_date: date | None = None
    phone: str = ""
    email: str = ""
    conditions: tuple[Condition, ...] = ()


class Decision(Body):
    """A person's decision about a referral."""

    decision: str
    reason: Code | None = None
    level: LevelOfCare | None = None
    primary_therapist: StaffId | None = None


@router.post("/v1/referrals/fhir", status_code=201, dependencies=[allow(Role.INTEGRATION, Role.CLINICIAN)])
async def receive_fhir(request: Request, doing: Doing, rules: InForce) -> Receipt:
    """A FHIR R4 Bundle or Patient; the same one sent again is the same referral."""
    declared = int(request.headers.get("content-length") or 0)
    try:
        raw = b"" if declared > MAX_REFERRAL_BYTES else await request.body()
        if declared > MAX_REFERRAL_BYTES:
            raise UnreadableReferral("too-large", f"{declared} bytes", f"at most {MAX_REFERRAL_BYTES} bytes")
        draft = read_referral(raw, now=doing.now)
    except UnreadableReferral as wrong:
        status = 413 if wrong.code == "too-large" else 422
        raise Problem(status, wrong.code, wrong.detail, expected=wrong.expected) from None
    return await _receive(doing, draft, "fhir", rules)


@router.post("/v1/referrals", status_code=201, dependencies=[allow(Role.INTEGRATION, Role.CLINICIAN)])
async def receive_by_hand(body: ByHand, doing: Doing, rules: InForce) -> Receipt:
    """A referral by hand."""
    if body.birth_date is not None and body.birth_date > doing.now.date():
        raise Invalid("future-birth-date", "the birth date is in the future")
    known = {"has_mental_health_reason": True if body.conditions else None, "fingerprint": made(doing, "referral")}
    draft = ReferralDraft.model_validate({**body.model_dump(), **known})
    return await _receive(doing, draft, "manual", rules)


async def _receive(doing: Acting, draft: ReferralDraft, source: str, rules: Rules) -> Receipt:
    referral_id = ReferralId(str(uuid5(IDS, f"referral|{draft.fingerprint}")))
    person = "|".join(draft.identifiers[0]) if draft.identifiers else draft.fingerprint
    participant_id = ParticipantId(str(uuid5(IDS, f"participant|{person}")))
    questions = eligibility_questions(
        deceased=draft.deceased,
        birth_date=draft.birth_date,
        mental_health_reason=draft.has_mental_health_reason,
        today=doing.now.astimezone(rules.zone).date(),
        youngest_age=rules.policy.process.youngest_age,
    )
    received = said.ReferralReceived(
        at=doing.now,
        participant_id=participant_id,
        referral_id=referral_id,
        from_source=source,
        conditions=draft.conditions,
        baseline=tuple(score for score in draft.baseline if score.administered_at <= doing.now),
        questions=(*questions, *draft.left_out),
    )
    contact = said.ContactRecorded(at=doing.now, participant_id=participant_id, **_identifiers(draft))
    ids = {"referral_id": referral_id, "participant_id": participant_id, "questions": ", ".join(received.questions)}
    return await doing.do(
        change(Referral, referral_id, Referral.receive, received, contact), *_age_basis(contact, rules), **ids
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
    """A clinician accepts (the episode opens, the admission begins) or declines."""
    staff, reason = doing.staff, body.reason or ""
    if body.decision == "decline":
        return await doing.do(change(Referral, referral_id, Referral.decline, staff.id, reason, doing.now))
    if body.decision != "accept":
        raise Invalid("no-such-decision", "a decision is accept or decline")
    if body.level is None or body.primary_therapist is None:
        raise Invalid("admission-incomplete", "accepting names a level and a primary therapist")
    referral = await views.referral(request.app.state.database, referral_id)
    if referral is None:
        raise NotFound("no-such-referral", "there is no referral with this id")
    pid = referral.participant_id
    episode_id, transition_id = EpisodeId(made(doing, "episode")), TransitionId(made(doing, "transition"))
    return await doing.do(
        change(Referral, referral_id, Referral.accept, staff.id, reason, doing.now),
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
        ),
        change(Episode, pid, lifecycle.admit, transition_id, body.level, staff.id, staff.roles, rules, doing.now),
        participant_id=pid,
        episode_id=episode_id,
        transition_id=transition_id,
    )


@router.get("/v1/referrals")
async def list_referrals(
    request: Request,
    staff: Who,
    after: str = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> dict[str, Any]:
    """Referrals by id, a page at a time; `next` is the cursor of the next page."""
    return await views.referrals(request.app.state.database, after, limit)


@router.get("/v1/referrals/{referral_id}")
async def get_referral(request: Request, staff: Who, referral_id: ReferralId) -> dict[str, Any]:
    """One referral."""
    referral = await views.referral(request.app.state.database, referral_id)
    if referral is None:
        raise NotFound("no-such-referral", "there is no referral with this id")
    return referral.model_dump(mode="json")
