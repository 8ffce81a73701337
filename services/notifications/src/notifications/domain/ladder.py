"""Who is told when nobody answers, step by step, until a named person has it."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from common.change import Aggregate, Forget, NotFound, Outcome, Refused, Remind
from common.contracts.message import Contract
from common.contracts.notices import (
    LadderAcknowledged,
    LadderClimbed,
    LadderContactMade,
    LadderContactMissed,
    LadderMatched,
    LadderResolved,
    LadderStarted,
    Rung,
)
from common.contracts.notifications import SendNotice, matter_of
from common.contracts.reports import of_nobody_known
from common.contracts.words import NoticeId, ParticipantId, RecipientKind, StaffId
from notifications.domain.policy import LadderRule, Policy

CLIMB, CONTACT, FOLLOW_UP = "climb", "first-contact", "follow-up"
"""The timers of a ladder."""
FOLLOW_UP_AFTER = timedelta(hours=24)
"""Source: facts 7.2."""
MISSED, FOLLOWED, NOBODY_ON_CALL = "contact-not-recorded", "follow-up-contact", "nobody-on-call"


class Rest(StrEnum):
    """How far a matter is."""

    NONE = "none"
    CLIMBING = "climbing"
    ACKNOWLEDGED = "acknowledged"
    CONTACT_MADE = "contact-made"
    RESOLVED = "resolved"


class Ladder(Aggregate):
    """One matter that somebody must take; `id` is that matter, such as a flag, or the notice it began with."""

    participant_id: ParticipantId = ParticipantId("")
    rungs: tuple[Rung, ...] = ()
    repeat_minutes: int = 0
    contact_minutes: int = 0
    rest: Rest = Rest.NONE
    first: int = 0
    """The number of its first step; another than 0 where it climbs anew, for steps are never told twice."""
    step: int = -1
    started_at: datetime | None = None
    by: StaffId | None = None

    def after(self, fact: Contract) -> Self:
        """The state once `fact` is true."""
        match fact:
            case LadderStarted():
                known = fact.model_dump(include={"participant_id", "repeat_minutes", "contact_minutes"})
                begun = {"rungs": fact.rungs, "rest": Rest.CLIMBING, "started_at": fact.at, "first": self.step + 1}
                return self.model_copy(update={**known, **begun})
            case LadderMatched():
                return self.model_copy(update={"participant_id": fact.participant_id})
            case LadderClimbed():
                return self.model_copy(update={"step": fact.step})
            case LadderAcknowledged():
                return self.model_copy(update={"rest": Rest.ACKNOWLEDGED, "by": fact.by})
            case LadderContactMade():
                return self.model_copy(update={"rest": Rest.CONTACT_MADE, "by": fact.by})
            case LadderResolved():
                return self.model_copy(update={"rest": Rest.RESOLVED})
        return self

    def about(self) -> dict[str, Any]:
        """What every fact about one ladder says."""
        return {"participant_id": self.participant_id, "ladder_id": NoticeId(self.id)}


def start(ladder: Ladder, order: SendNotice, rule: LadderRule, policy: Policy, now: datetime) -> list[Outcome]:
    """Somebody must answer, from now on; the same matter starts it once. Rules: NO-L1, NO-L5, NO-L8, NO-L9."""
    rungs = policy.rungs_at(rule, now)
    if ladder.rest is not Rest.NONE and not (_sooner(ladder, rungs, now) or _anew(ladder, order)):
        return _match_with(ladder, order.participant_id, now)
    about = {"participant_id": order.participant_id, "ladder_id": ladder.id, "template": order.template}
    by_when = {"repeat_minutes": rule.repeat_minutes, "contact_minutes": rule.contact_minutes}
    begun = LadderStarted(at=now, **about, rungs=rungs, **by_when)
    ladder = ladder.after(begun)
    return [begun, _climb_next(ladder, ladder.first, now), _contact_by(ladder, now)]


def climb(ladder: Ladder, step: int, now: datetime) -> list[Outcome]:
    """Nobody has answered: these are told now, and the next ones when it is their time. Rule: NO-L2."""
    if ladder.rest is not Rest.CLIMBING:
        return []
    rung = ladder.rungs[min(step - ladder.first, len(ladder.rungs) - 1)]
    told = LadderClimbed(at=now, **ladder.about(), step=step, to=rung.to, template=rung.template)
    return [told, _climb_next(ladder, step + 1, now)]


def hurry(ladder: Ladder, step: int, now: datetime) -> list[Outcome]:
    """Nobody is on call for this step: the next ones are told at once, where there are others. Rule: NO-L6."""
    next_ = step + 1 - ladder.first
    if ladder.rest is not Rest.CLIMBING or ladder.step != step or next_ >= len(ladder.rungs):
        return []
    rung = ladder.rungs[next_]
    return [Remind(CLIMB, now, _data(ladder, step + 1, rung.to, rung.template))]


def acknowledge(ladder: Ladder, by: StaffId, at: datetime) -> list[Outcome]:
    """A named person has it: nobody else is told. Said twice, noted once. Rule: NO-L3."""
    if ladder.rest is not Rest.CLIMBING:
        return []
    return [LadderAcknowledged(at=at, **ladder.about(), by=by), Forget(CLIMB)]


def make_contact(ladder: Ladder, by: StaffId, at: datetime) -> list[Outcome]:
    """A named person was in touch; who was, has it. Rules: NO-L3, NO-L4."""
    if ladder.rest in (Rest.CONTACT_MADE, Rest.RESOLVED):
        return []
    taken = acknowledge(ladder, by, at)
    data = _data(ladder, ladder.first, (by,), FOLLOWED)
    made = LadderContactMade(at=at, **ladder.about(), by=by)
    return [*taken, made, Forget(CONTACT), Remind(FOLLOW_UP, at + FOLLOW_UP_AFTER, data)]


def miss_contact(ladder: Ladder, to: tuple[str, ...], now: datetime) -> list[Outcome]:
    """Nobody noted a contact in time. Rule: NO-L4."""
    if ladder.rest not in (Rest.CLIMBING, Rest.ACKNOWLEDGED):
        return []
    return [LadderContactMissed(at=now, **ladder.about(), to=to)]


def resolve(ladder: Ladder, by: StaffId, at: datetime) -> list[Outcome]:
    """A named person says that it is settled; raises Refused while nobody was in touch. Rule: NO-L3."""
    if ladder.rest is Rest.RESOLVED:
        return []
    if ladder.rest is not Rest.CONTACT_MADE:
        raise Refused("no-contact-yet", "acknowledged is not resolved: somebody notes the contact first")
    return [LadderResolved(at=at, **ladder.about(), by=by)]


def refuse_unless_there(ladder: Ladder) -> None:
    """Raise NotFound for what never began."""
    if ladder.rest is Rest.NONE:
        raise NotFound("no-such-ladder", "nothing with this id waits for an answer")


def notices(id: str, data: dict[str, str], at: datetime) -> list[SendNotice]:
    """Whom to tell, as a timer of the ladder `id` kept it; one notice a person or role and step. Rule: NO-L2."""
    who, step = ParticipantId(data["participant_id"]), int(data["step"])
    return [notice(id, who, step, to, data["template"], at) for to in data["to"].split(",")]


def notice(id: str, who: ParticipantId, step: int, to: str, template: str, at: datetime) -> SendNotice:
    """One notice of a step of the ladder `id`, to a member of staff or a role; the same again is the same notice."""
    return SendNotice(
        at=at,
        participant_id=who,
        notice_id=NoticeId(f"{id}~{template}~{step}~{to}"),
        recipient_kind=RecipientKind.STAFF,
        recipient_id=to,
        template=template,
    )


def answered(ladders: Iterable[Ladder], notices: Iterable[NoticeId]) -> frozenset[NoticeId]:
    """Of notices of rungs, those of matters that somebody has meanwhile: nobody is disturbed for them. Rule: NO-N10."""
    rest = {ladder.id: ladder.rest for ladder in ladders}
    in_touch = (Rest.CONTACT_MADE, Rest.RESOLVED)
    taken: dict[str, tuple[Rest, ...]] = {"": (Rest.ACKNOWLEDGED, *in_touch), MISSED: in_touch, FOLLOWED: ()}
    parts = [(notice, notice.split("~")) for notice in notices if "~" in notice]
    return frozenset(
        notice for notice, (id, template, *_) in parts if rest.get(id, Rest.NONE) in taken.get(template, taken[""])
    )


def ladder_of(notice_id: NoticeId) -> str:
    """The ladder that a notice of one of its rungs, or about its matter, belongs to. Rules: NO-L3, NO-L8."""
    return matter_of(notice_id.partition("~")[0])


def _sooner(ladder: Ladder, rungs: tuple[Rung, ...], now: datetime) -> bool:
    """Whether these rungs tell somebody sooner than a ladder on which nobody was told yet."""
    if ladder.rest is not Rest.CLIMBING or ladder.step >= 0 or ladder.started_at is None:
        return False
    first, known = (timedelta(minutes=some[0].after_minutes) for some in (rungs, ladder.rungs))
    return now + first < ladder.started_at + known


def _known_now(ladder: Ladder, who: ParticipantId) -> bool:
    """Whether this says for the first time whom a matter is about."""
    nobody = of_nobody_known(ladder.id)
    return ladder.participant_id == nobody and who != nobody


def _anew(ladder: Ladder, order: SendNotice) -> bool:
    """Whether it was settled before anybody knew whom it is about: nobody settled it for them. Rule: NO-L9."""
    return ladder.rest is Rest.RESOLVED and _known_now(ladder, order.participant_id)


def _match_with(ladder: Ladder, who: ParticipantId, now: datetime) -> list[Outcome]:
    """It is known now whom the matter is about: it climbs on from where it is, about them. Rule: NO-L9."""
    if not _known_now(ladder, who):
        return []
    matched = LadderMatched(at=now, participant_id=who, ladder_id=NoticeId(ladder.id))
    ladder = ladder.after(matched)
    climbing = [_climb_next(ladder, ladder.step + 1, now)] if ladder.rest is Rest.CLIMBING else []
    contact = _contact_by(ladder, ladder.started_at or now)
    waits = ladder.rest in (Rest.CLIMBING, Rest.ACKNOWLEDGED) and contact.due_at > now
    return [matched, *climbing, *([contact] if waits else [])]


def _contact_by(ladder: Ladder, since: datetime) -> Remind:
    """When somebody must have been in touch; else it is an incident. Rule: NO-L4."""
    last = _data(ladder, ladder.first + len(ladder.rungs), ladder.rungs[-1].to, MISSED)
    return Remind(CONTACT, since + timedelta(minutes=ladder.contact_minutes), last)


def _climb_next(ladder: Ladder, step: int, now: datetime) -> Remind:
    """The first rungs keep their time from the start, however late a step was; the last comes again. Rule: NO-L2.

    Of what was slept through, each rung is told once, and the last one not once for every time it would have come.
    """
    last, started = ladder.first + len(ladder.rungs) - 1, ladder.started_at or now
    if step > last:
        again = timedelta(minutes=ladder.repeat_minutes)
        since = now - started - timedelta(minutes=ladder.rungs[-1].after_minutes)
        step = max(step, last + since // again + 1)
    rung = ladder.rungs[min(step, last) - ladder.first]
    wait = timedelta(minutes=rung.after_minutes + ladder.repeat_minutes * max(0, step - last))
    return Remind(CLIMB, max(now, started + wait), _data(ladder, step, rung.to, rung.template))


def _data(ladder: Ladder, step: int, to: Collection[str], template: str) -> dict[str, str]:
    return {"participant_id": ladder.participant_id, "step": str(step), "to": ",".join(to), "template": template}
