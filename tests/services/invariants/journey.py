"""A few people on their way through the house, so that every check has something to look at."""

from datetime import date, timedelta

from common.change import Ask, change
from common.contracts import intake as said
from common.contracts.notifications import SendNotice
from common.contracts.plumbing import DiscardParked
from common.contracts.referrals import AgreesOn
from common.contracts.scheduling import GroupSeats
from common.contracts.words import (
    ConsentSetting,
    Disposition,
    EpisodeId,
    GroupId,
    Instrument,
    LevelOfCare,
    NoticeId,
    ParticipantId,
    RecipientKind,
    ReferralId,
    ReleaseId,
    ReleaseScope,
    Role,
    SkillModule,
    StaffId,
    SupporterId,
    TransitionId,
)
from family.domain.network import SupportNetwork
from intake.domain import leave, lifecycle, moves, signing
from intake.domain.consents import Consents, Wanted
from intake.domain.duplicates import Duplicate, Identity, Likeness, Mark, Pair
from intake.domain.episode import Episode
from intake.domain.referral import Referral
from scheduling.domain.board import LevelBoard
from services.invariants.walk import PROGRAM, RULES, Walk
from skills.domain.measures import Administration
from skills.domain.record import SkillsRecord
from skills.doors.instruments_file import forms_in
from skills.settings import Settings as Skills

CLINICIAN, MEDICAL = StaffId("staff-1"), StaffId("staff-2")
ONE, TWO, THREE = ParticipantId("p-1"), ParticipantId("p-2"), ParticipantId("p-3")
BEFORE, AGAIN = ParticipantId("p-4"), ParticipantId("p-5")
TOLD, SILENT = SupporterId("s-told"), SupporterId("s-silent")
SAYS_CLINICIAN, SAYS_MEDICAL = frozenset({Role.CLINICIAN}), frozenset({Role.MEDICAL})
PHP, IOP, RESIDENTIAL = LevelOfCare.PHP, LevelOfCare.IOP, LevelOfCare.RESIDENTIAL


async def travel(walk: Walk) -> None:
    """Everything below, one after the other."""
    await set_up(walk)
    for who, level in ((ONE, RESIDENTIAL), (TWO, RESIDENTIAL), (THREE, IOP)):
        await come_in(walk, who, level)
    await come_again(walk)
    await make_ties(walk)
    await work(walk)
    await step_down(walk, ONE, "t-down", PHP)
    await walk.later(days=1)
    await step_down(walk, TWO, "t-held", PHP)
    await change_their_mind(walk)
    await leave_and_go(walk)
    await say_nonsense(walk)
    await walk.later(hours=2)


async def set_up(walk: Walk) -> None:
    """Two beds with one group, one day place, and room enough for the rest."""
    groups = [GroupSeats(group_id=GroupId("g-1"), seats=3)]
    for level, places in ((RESIDENTIAL, 2), (PHP, 1), (IOP, None)):
        await walk.act("scheduling", change(LevelBoard, level, LevelBoard.set_up, places, groups, CLINICIAN, walk.now))


async def come_in(walk: Walk, who: ParticipantId, level: LevelOfCare) -> None:
    """Referred by hand, accepted by a clinician, admitted."""
    await be_referred(walk, who, f"mark-{who}")
    await be_taken_in(walk, who, who, level)


async def be_referred(walk: Walk, who: ParticipantId, mark: str) -> None:
    """Referred by hand, and compared with everybody known."""
    referral_id = ReferralId(f"r-{who}")
    received = said.ReferralReceived(at=walk.now, participant_id=who, referral_id=referral_id, from_source="manual")
    contact = said.ContactRecorded(
        at=walk.now,
        participant_id=who,
        given_name="Adelheid",
        family_name="Lindqvist77",
        birth_date=date(1990, 2, 3),
        phone="555-010-4477",
        email="adelheid@example.org",
    )
    looks = Mark(mark, AgreesOn.IDENTIFIER, 1)
    await walk.act(
        "intake",
        change(Referral, referral_id, Referral.receive, received, contact),
        change(Likeness, mark, Likeness.see, who, referral_id, looks, walk.now),
    )


async def be_taken_in(walk: Walk, who: ParticipantId, as_whom: ParticipantId, level: LevelOfCare) -> None:
    """Accepted by a clinician, as the participant people say they are, and admitted."""
    referral_id = ReferralId(f"r-{who}")
    admit = (TransitionId(f"t-in-{who}"), level, CLINICIAN, SAYS_CLINICIAN, RULES, walk.now)
    opened = (EpisodeId(f"e-{who}"), referral_id, CLINICIAN, (), (), walk.now)
    await walk.act(
        "intake",
        change(Referral, referral_id, Referral.accept, CLINICIAN, level, "", Identity(as_whom), walk.now),
        change(Episode, as_whom, lifecycle.open_episode, *opened),
        change(Episode, as_whom, lifecycle.admit, *admit),
    )


async def come_again(walk: Walk) -> None:
    """Somebody who was declined is referred by another hospital; a clinician says that they are the same."""
    await be_referred(walk, BEFORE, "mark-again")
    declined = (CLINICIAN, "not-here", walk.now)
    await walk.act("intake", change(Referral, f"r-{BEFORE}", Referral.decline, *declined))
    await be_referred(walk, AGAIN, "mark-again")
    pair = Pair(AGAIN, BEFORE)
    answer = (pair, True, CLINICIAN, "spoke-with-them", walk.now)
    await walk.act("intake", change(Duplicate, pair.id, Duplicate.answer, *answer))
    await be_taken_in(walk, AGAIN, BEFORE, IOP)


async def make_ties(walk: Walk) -> None:
    """Two supporters of the first participant, one of whom may hear of plans."""
    for supporter in (TOLD, SILENT):
        await walk.act(
            "family", change(SupportNetwork, ONE, SupportNetwork.name_supporter, supporter, "friend", walk.now)
        )
    scopes = (ReleaseScope.TRANSITION_PLAN, ReleaseScope.FAMILY_SESSIONS)
    for id, supporter in (("rel-1", TOLD), ("rel-2", SILENT)):
        wanted = Wanted(supporter_id=supporter, scopes=scopes)
        granted = (ReleaseId(id), wanted, ConsentSetting.OUTPATIENT, RULES, walk.now)
        await walk.act("intake", change(Consents, ONE, Consents.grant, *granted))
    await walk.act("intake", change(Consents, ONE, Consents.revoke, ReleaseId("rel-2"), RULES, walk.now))


async def work(walk: Walk) -> None:
    """A lesson, a measure, one that worries and is void, a DIT session, a review of the safety plan."""
    forms = forms_in(Skills().instruments_file)
    for id, risk_item in (("m-1", None), ("m-2", 1)):
        measure = Administration(
            measure_id=id, instrument=Instrument.PHQ9, score=8, administered_at=walk.now, risk_item=risk_item
        )
        who = THREE if risk_item else ONE
        await walk.act("skills", change(SkillsRecord, who, SkillsRecord.record_measure, measure, walk.now, forms))
    taught = (SkillModule.MINDFULNESS, "WISE_MIND", walk.now)
    review = ("act-1", CLINICIAN, walk.now, RULES, walk.now)
    await walk.act("skills", change(SkillsRecord, ONE, SkillsRecord.teach, PROGRAM.syllabus, *taught))
    await walk.act("skills", change(SkillsRecord, ONE, SkillsRecord.hold_dit_session, walk.now))
    await walk.act("skills", change(SkillsRecord, THREE, SkillsRecord.void_measure, "m-2", CLINICIAN, walk.now))
    await walk.act("intake", change(Episode, ONE, lifecycle.record_safety_plan_review, *review))


async def step_down(walk: Walk, who: ParticipantId, name: str, to_level: LevelOfCare) -> None:
    """A clinician proposes; out of residential care a medical provider signs as well."""
    id = TransitionId(name)
    proposal = (id, to_level, "goals-reached", CLINICIAN, SAYS_CLINICIAN, RULES, walk.now)
    await walk.act("intake", change(Episode, who, signing.propose_by_person, *proposal))
    if to_level is PHP:
        await walk.act("intake", change(Episode, who, signing.sign, id, MEDICAL, SAYS_MEDICAL, RULES, walk.now))


async def change_their_mind(walk: Walk) -> None:
    """Signed, told, and taken back before the day comes."""
    await step_down(walk, ONE, "t-back", IOP)
    await walk.later(hours=2)
    cancelled = (TransitionId("t-back"), "second-thoughts", RULES.policy.process, walk.now)
    await walk.act("intake", change(Episode, ONE, moves.cancel, *cancelled))


async def leave_and_go(walk: Walk) -> None:
    """The third participant goes on leave, returns, and ends against advice."""
    process = RULES.policy.process
    weekend = (walk.now + timedelta(hours=4), CLINICIAN, RULES, walk.now)
    await walk.act("intake", change(Episode, THREE, leave.start_leave, *weekend))
    await walk.act("intake", change(Episode, THREE, leave.return_from_leave, RULES, walk.now))
    ended = (Disposition.AGAINST_ADVICE, "own-wish", CLINICIAN, process, walk.now)
    await walk.act("intake", change(Episode, THREE, lifecycle.close, *ended))


async def say_nonsense(walk: Walk) -> None:
    """A request nobody can carry out is parked, and discarded by an operator; a second one stays parked."""
    for name, who in (("n-1", "p-8"), ("n-2", "p-9")):
        order = SendNotice(
            at=walk.now,
            participant_id=ParticipantId(who),
            notice_id=NoticeId(name),
            recipient_kind=RecipientKind.STAFF,
            recipient_id=CLINICIAN,
            template="no-such-text",
        )
        await walk.act("family", Ask(order))
    parked = await walk.stores["notifications"].database.find("parked", {"state": "parked", "sequence": 1})
    mine = next(doc for doc in parked if doc["position"].endswith("p-8"))
    discard = DiscardParked(
        at=walk.now,
        about="p-8",
        source="/throughline/family",
        topic="notifications.commands",
        message_id=mine["message_id"],
        by="operator-1",
        reason="nonsense",
    )
    await walk.act("operations", Ask(discard, "notifications.commands"))
