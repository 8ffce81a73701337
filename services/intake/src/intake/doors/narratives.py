"""Who may ask intake what over HTTP about case narratives."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import Field, StringConstraints

from common.change import change
from common.contracts.narratives import Attested, NarrativePurpose
from common.contracts.words import ParticipantId, Role, Signatory
from common.web import Body, Doing, InCare, Receipt, allow
from intake.domain.narratives import Narratives
from intake.doors.asking import Code, InForce, made
from intake.doors.reading import Noted
from intake.views import narratives as views

router = APIRouter(prefix="/v1", tags=["narratives"], route_class=Noted)

WRITES = allow(Role.CLINICIAN, Role.MEDICAL)
READS = allow(Role.CLINICIAN, Role.MEDICAL, Role.PRIVACY)
APPROVES = allow(Role.MEDICAL, Role.PRIVACY)
"""Who lets a narrative be told. ASSUMED."""
Text = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
Name = Annotated[str, StringConstraints(min_length=2, max_length=100)]


class Consent(Body):
    """What the story may be told for, and on whose signature."""

    purposes: tuple[NarrativePurpose, ...]
    granted_by: Signatory = Signatory.PARTICIPANT
    assented: bool | None = None


class Draft(Body):
    """The words, and names of those who appear in the story: looked for, and never told."""

    words: Text
    names: Annotated[tuple[Name, ...], Field(max_length=50)] = ()


class Attestation(Body):
    """What is said of a version."""

    version: int
    attested: tuple[Attested, ...]


class Approval(Body):
    """The version that may be told."""

    version: int


class Reason(Body):
    """Why, as a code."""

    reason: Code


@router.post("/participants/{pid}/narrative-consent", status_code=201, dependencies=[WRITES])
async def agree(request: Request, pid: ParticipantId, body: Consent, doing: Doing, rules: InForce) -> Receipt:
    """The participant lets their story be told without anybody knowing that it is theirs."""
    record = await views.on_record(request.app.state.database, pid, rules, doing.now)
    about = (made(doing, "narrative-consent"), body.purposes, body.granted_by, body.assented, record)
    return await doing.do(change(Narratives, pid, Narratives.agree, *about, doing.staff.id, doing.now))


@router.post("/participants/{pid}/narrative-consent/revoke", dependencies=[READS])
async def revoke(pid: ParticipantId, doing: Doing) -> Receipt:
    """No longer; what was written is withdrawn."""
    return await doing.do(change(Narratives, pid, Narratives.revoke, doing.staff.id, doing.now))


@router.post("/participants/{pid}/narratives", status_code=201, dependencies=[WRITES])
async def draft(request: Request, pid: ParticipantId, body: Draft, doing: Doing, rules: InForce) -> Receipt:
    """A first draft."""
    id, record = made(doing, "narrative"), await views.on_record(request.app.state.database, pid, rules, doing.now)
    about = (id, body.words, body.names, record, doing.staff.id, doing.now)
    return await doing.do(change(Narratives, pid, Narratives.draft, *about), narrative_id=id)


@router.post("/participants/{pid}/narratives/{nid}/words", dependencies=[WRITES])
async def reword(request: Request, pid: ParticipantId, nid: str, body: Draft, doing: Doing, rules: InForce) -> Receipt:
    """Other words for a draft; they are attested anew."""
    record = await views.on_record(request.app.state.database, pid, rules, doing.now)
    about = (nid, body.words, body.names, record, doing.staff.id, doing.now)
    return await doing.do(change(Narratives, pid, Narratives.reword, *about))


@router.post("/participants/{pid}/narratives/{nid}/attest", dependencies=[READS])
async def attest(
    request: Request, pid: ParticipantId, nid: str, body: Attestation, doing: Doing, rules: InForce
) -> Receipt:
    """A named person says what no program can check."""
    record = await views.on_record(request.app.state.database, pid, rules, doing.now)
    about = (nid, body.version, body.attested, record, doing.staff.id, doing.now)
    return await doing.do(change(Narratives, pid, Narratives.attest, *about))


@router.post("/participants/{pid}/narratives/{nid}/approve", dependencies=[APPROVES])
async def approve(
    request: Request, pid: ParticipantId, nid: str, body: Approval, doing: Doing, rules: InForce
) -> Receipt:
    """Another person than its author lets it be told, with its table of outcomes."""
    database = request.app.state.database
    record = await views.on_record(database, pid, rules, doing.now)
    outcomes = await views.outcomes_of(database, pid, rules)
    about = (nid, body.version, outcomes, record, doing.staff.id, doing.now)
    return await doing.do(change(Narratives, pid, Narratives.approve, *about))


@router.post("/participants/{pid}/narratives/{nid}/withdraw", dependencies=[READS])
async def withdraw(pid: ParticipantId, nid: str, body: Reason, doing: Doing) -> Receipt:
    """It is not told any more."""
    return await doing.do(change(Narratives, pid, Narratives.withdraw, nid, body.reason, doing.staff.id, doing.now))


@router.get("/participants/{pid}/narratives", dependencies=[READS])
async def get_own(request: Request, pid: ParticipantId, rules: InForce) -> dict[str, Any]:
    """Consent and drafts of one participant, with the kind and place of what still looks like an identifier."""
    state = request.app.state
    return await views.own(state.database, pid, await views.on_record(state.database, pid, rules, state.clock.now()))


@router.get("/narratives")
async def get_told(request: Request, staff: InCare, purpose: NarrativePurpose, rules: InForce) -> list[dict[str, Any]]:
    """What may be told for one purpose: words and outcomes, without an id of anybody."""
    return await views.told(request.app.state.database, purpose, rules, request.app.state.clock.now())
