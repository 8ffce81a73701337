"""The talk before a change of level: who is asked to it, what it goes through, and who stands in where there is none.

Nothing here answers intake: a change of level waits for no talk.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from common.change import Ask, Forget, Invalid, NotFound, Outcome, Refused, Remind
from common.contracts.family import SupporterToBeTold
from common.contracts.meetings import (
    StandIn,
    StandInsNamed,
    TalkedOver,
    TalkPreparationAsked,
    TransitionMeetingHeld,
    TransitionMeetingPassed,
)
from common.contracts.message import Contract
from common.contracts.network import MeetingInvitationWithdrawn
from common.contracts.notifications import SendNotice
from common.contracts.words import NoticeId, ParticipantId, RecipientKind, Role, StaffId, SupporterId, TransitionId
from family.domain.meetings import TAKING_PART, stand_in
from family.domain.network import Meeting, MeetingState, SupportNetwork, news_for
from family.domain.permission import permission
from family.domain.telling import PLANNED, SETTLE, notice_id

INVITED = "meeting-invited"
OFF = "meeting-off"
DECLINED = "declined"
PASSED = "meeting-passed"

ASK_AFTER = timedelta(hours=24)
"""ASSUMED: a day after the time of the talk somebody is asked whether it was held."""

NOTICES = UUID("e2f0a1d7-5f0b-5c43-9a6d-41c7be0d8f12")
"""Namespace of the ids of notices to staff about talks."""


def prepare(network: SupportNetwork, now: datetime) -> list[Outcome]:
    """Who takes part is asked to the talk, and the family clinician to prepare it or the plan. Rules: FA-T11, FA-T12.

    For every talk that stands otherwise than before; asked already, nobody is asked again.
    """
    said: list[Outcome] = []
    for id, meeting in network.meetings.items():
        if not meeting.prepared and meeting.state is MeetingState.ARRANGED:
            said += _prepare_talk(network, id, meeting, now)
        elif not meeting.prepared and meeting.state is MeetingState.ALTERNATIVE:
            said += _prepare_plan(network, id, now)
    return [*said, _look_later(_unrecorded(network))]


def call_off(network: SupportNetwork, id: TransitionId, now: datetime) -> list[Outcome]:
    """Those who were asked to a talk hear that it is off, unless they hear that of the plan. Rule: FA-T11."""
    told = [
        who for who in network.people() if _heard(network, INVITED, id, who) and not _heard(network, PLANNED, id, who)
    ]
    off = [
        one
        for who in told
        if news_for(OFF, id, who) not in network.tellings
        for one in _tell(network, OFF, id, who, now, None)
    ]
    return [*off, _look_later(_unrecorded(network))]


def decline(network: SupportNetwork, id: TransitionId, who: SupporterId, now: datetime) -> list[Contract]:
    """Somebody who was asked would rather not, without a reason; with nobody left the plan stands in. Rule: FA-T13.

    Raises NotFound for who was not asked, or to what was held already.
    """
    meeting = _known(network, id)
    if who in meeting.withdrawn:
        return []
    if meeting.state is not MeetingState.ARRANGED or meeting.held_at or who not in meeting.supporter_ids:
        raise NotFound("not-invited", "they were not asked to this talk")
    no = MeetingInvitationWithdrawn(
        at=now, participant_id=ParticipantId(network.id), transition_id=id, supporter_id=who, reason=DECLINED
    )
    return [no, *([stand_in(network, id, now)] if meeting.supporter_ids == (who,) else [])]


def hold(network: SupportNetwork, held: TransitionMeetingHeld) -> list[Outcome]:
    """It took place, with these; what was gone through adds up over several talks. Rule: FA-T14.

    The first one counts as a family session. Raises NotFound, Invalid, or Refused for one that was called off.
    """
    meeting = _known(network, held.transition_id)
    if meeting.state is MeetingState.CANCELLED:
        raise Refused("meeting-cancelled", "the change it was for is off")
    done = (*meeting.gone_through, *(one for one in held.gone_through if one not in meeting.gone_through))
    if meeting.held_at and done == meeting.gone_through:
        return []
    sessions = network.hold_session("FAM_TRANSITION", held.supporter_ids, held.led_by, held.at)
    others = {id: due_at for id, due_at in _unrecorded(network).items() if id != held.transition_id}
    return [
        *(sessions if meeting.held_at is None else []),
        held.model_copy(update={"gone_through": done}),
        _look_later(others),
    ]


def pass_by(network: SupportNetwork, now: datetime) -> list[Outcome]:
    """A talk's time has passed without a word: the family clinician is asked, once; nothing waits. Rule: FA-T15."""
    said: list[Outcome] = []
    unrecorded = _unrecorded(network)
    for id in [id for id, due_at in unrecorded.items() if due_at <= now]:
        passed = TransitionMeetingPassed(at=now, participant_id=ParticipantId(network.id), transition_id=id)
        said += [passed, _ask_staff(network, id, "talk-not-recorded", now)]
        del unrecorded[id]
    return [*said, _look_later(unrecorded)]


def name_stand_ins(
    network: SupportNetwork, stand_ins: Collection[StandIn], by: StaffId, now: datetime
) -> list[Contract]:
    """Who stands in for what, where there is no family; said anew, it replaces what was said. Rule: FA-T12."""
    if any(not one.stands_in_for for one in stand_ins):
        raise Invalid("stands-in-for-nothing", "say what somebody stands in for")
    if tuple(stand_ins) == network.stand_ins:
        return []
    about = {"at": now, "participant_id": network.id, "stand_ins": tuple(stand_ins), "named_by": by}
    return [StandInsNamed.model_validate(about)]


def still_open(network: SupportNetwork, id: TransitionId) -> list[TalkedOver]:
    """What nobody has gone through with anybody, and nobody stands in for. Rules: FA-T12, FA-T14."""
    stood_in = {one for who in network.stand_ins for one in who.stands_in_for}
    return [one for one in TalkedOver if one not in {*network.meetings[id].gone_through, *stood_in}]


def _prepare_talk(network: SupportNetwork, id: TransitionId, meeting: Meeting, now: datetime) -> list[Outcome]:
    starts_at = meeting.starts_at or now
    due_at = now + SETTLE if starts_at - now > 2 * SETTLE else None
    new = [who for who in meeting.supporter_ids if news_for(INVITED, id, who) not in network.tellings]
    invited = [one for who in new for one in _tell(network, INVITED, id, who, now, due_at)]
    return [*invited, _asked(network, id, now, plan=False), _ask_staff(network, id, "talk-to-prepare", now)]


def _prepare_plan(network: SupportNetwork, id: TransitionId, now: datetime) -> list[Outcome]:
    if network.alternative_plan:
        return []
    return [_asked(network, id, now, plan=True), _ask_staff(network, id, "support-plan-to-write", now)]


def _unrecorded(network: SupportNetwork) -> dict[TransitionId, datetime]:
    """The talks of which nobody said that they were held, nor was asked: when somebody is."""
    return {
        id: meeting.starts_at + ASK_AFTER
        for id, meeting in network.meetings.items()
        if meeting.state is MeetingState.ARRANGED and meeting.starts_at and not (meeting.held_at or meeting.passed)
    }


def _look_later(unrecorded: dict[TransitionId, datetime]) -> Remind | Forget:
    """One timer for all talks, at the time of the first."""
    return Remind(PASSED, min(unrecorded.values())) if unrecorded else Forget(PASSED)


def _tell(
    network: SupportNetwork, about: str, id: TransitionId, who: SupporterId, now: datetime, due_at: datetime | None
) -> list[Outcome]:
    """Tell somebody who may hear it now; who may not is silently left out, as their invitation is taken back. FA-R3."""
    may = permission(network, who, TAKING_PART, now)
    if isinstance(may, str):
        return []
    told = SupporterToBeTold(
        at=now,
        participant_id=ParticipantId(network.id),
        supporter_id=who,
        about=about,
        scope=may.scope,
        notice_id=notice_id(about, id, who),
        transition_id=id,
        release_id=may.release_id,
    )
    order = SendNotice(
        at=now,
        participant_id=told.participant_id,
        notice_id=NoticeId(told.notice_id),
        recipient_kind=RecipientKind.SUPPORTER,
        recipient_id=who,
        template=about,
        scope=may.scope,
        due_at=due_at,
        follows=notice_id(INVITED, id, who) if about == OFF else None,
    )
    return [told, Ask(order)]


def _ask_staff(network: SupportNetwork, id: TransitionId, template: str, now: datetime) -> Ask:
    return Ask(
        SendNotice(
            at=now,
            participant_id=ParticipantId(network.id),
            notice_id=NoticeId(str(uuid5(NOTICES, f"{template}|{id}"))),
            recipient_kind=RecipientKind.STAFF,
            recipient_id=Role.FAMILY_CLINICIAN,
            template=template,
        )
    )


def _asked(network: SupportNetwork, id: TransitionId, now: datetime, *, plan: bool) -> TalkPreparationAsked:
    return TalkPreparationAsked(at=now, participant_id=ParticipantId(network.id), transition_id=id, plan=plan)


def _heard(network: SupportNetwork, about: str, id: TransitionId, who: SupporterId) -> bool:
    return network.tellings.get(news_for(about, id, who), False)


def _known(network: SupportNetwork, id: TransitionId) -> Meeting:
    if id not in network.meetings:
        raise NotFound("no-such-meeting", "nobody asked for a talk about this change")
    return network.meetings[id]
