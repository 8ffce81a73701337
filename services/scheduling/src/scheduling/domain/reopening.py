"""A discharge that never was: the stay went on where it was, unless somebody else has been there since.

Source: facts 2.8, 8.1 (A13). Nothing is assigned twice: what cannot be is said to a person.
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID, uuid5

from common.change import Ask, Outcome
from common.contracts.message import Contract
from common.contracts.notifications import SendNotice
from common.contracts.reopenings import DaysNotRestored, StayNotRestored, StayRestored
from common.contracts.words import LevelOfCare, NoticeId, ParticipantId, RecipientKind, StaffId
from scheduling.domain.board import LevelBoard
from scheduling.domain.claims import Ended, Stage, bed_for, replanned
from scheduling.domain.days import DayPlan
from scheduling.domain.intervals import Span, most_at_once

IDS = UUID("f3c1f5f4-6d53-5f0e-8a3b-0a7d7c9a1e55")


def restore_stay(
    board: LevelBoard, participant: ParticipantId, ended_at: datetime, therapist: StaffId, at: datetime
) -> list[Outcome]:
    """Take back the place and the bed for as long as they were thought free, and go on in it. Rules: SC-R1, SC-R2.

    `ended_at` is when treatment was said to have ended; known later, the place was given back later.
    """
    stay = next((one for one in reversed(board.ended) if _is(one, participant, ended_at)), None)
    if stay is None:
        return []
    until = min([at, *_came_again(board, stay)])
    about = {"participant_id": participant, "transition_id": stay.transition_id, "level": board.level}
    if why := _not_free(board, stay, Span(stay.at, until)):
        more = {"at": at, "bed_id": stay.bed_id, "from_at": stay.at, "reason": why}
        return [StayNotRestored.model_validate({**about, **more}), _tell(participant, therapist, stay.at, at)]
    more = {"at": stay.at, "bed_id": stay.bed_id, "until_at": until, "known_at": at}
    restored = StayRestored.model_validate({**about, **more})
    return [*board.settled([restored, *_in_the_same_bed(board.after(restored), stay, at)], at)]


def _is(stay: Ended, participant: ParticipantId, ended_at: datetime) -> bool:
    return not stay.answer and stay.participant_id == participant and stay.at >= ended_at


def _came_again(board: LevelBoard, stay: Ended) -> Iterator[datetime]:
    """When they came here anew since; from then on it is another stay."""
    now = (one.since for one in board.at_stage(Stage.OCCUPIED) if one.participant_id == stay.participant_id)
    then = (one.since for one in board.ended if one.participant_id == stay.participant_id)
    yield from (since for since in (*now, *then) if since >= stay.at)


def _not_free(board: LevelBoard, stay: Ended, between: Span) -> str:
    """Why the stay cannot have gone on for so long, as a code; empty where it can."""
    others = [one for one in board.at_stage(Stage.OCCUPIED) if one.participant_id != stay.participant_id]
    there = [Span(min(one.since, one.begins())) for one in others]
    there += [one.span for one in board.ended if one is not stay]
    if board.places is not None and most_at_once(there, between) >= board.places:
        return "level-full"
    bed = board.beds.known.get(stay.bed_id) if stay.bed_id else None
    if bed is None:
        return "bed-taken" if stay.bed_id else ""
    since = [one for one in board.ended if one is not stay and one.bed_id == stay.bed_id and one.span.overlaps(between)]
    if since or any(one.bed_id == stay.bed_id for one in others) or (bed.left_at and bed.left_at > stay.at):
        return "bed-taken"
    return "bed-out-of-order" if any(outage.span.overlaps(between) for outage in bed.outages) else ""


def _in_the_same_bed(board: LevelBoard, stay: Ended, at: datetime) -> Iterator[Contract]:
    """Where the reopening has been promised another bed already: their own, if that is free from now on."""
    home = board.beds.known.get(stay.bed_id) if stay.bed_id else None
    if home is None:
        return
    only = board.beds.model_copy(update={"known": {home.place.bed_id: home}})
    for claim in board.at_stage(Stage.HELD):
        if claim.participant_id == stay.participant_id and claim.bed_id != stay.bed_id:
            spot = bed_for(board.claims, only, Span(max(at, claim.begins())), at, without=claim)
            if spot:
                yield replanned(claim, spot, board.level, "reopened", at)


def restore_days(
    plan: DayPlan, participant: ParticipantId, ended_at: datetime, therapist: StaffId, at: datetime
) -> list[Outcome]:
    """Take back the days that were given back, each booking whole, or say which dates are full. Rule: SC-R3."""
    said: list[Outcome] = []
    for one in plan.given_back_since(participant, ended_at):
        if full := plan.full_for(one):
            days = {"weekdays": one.weekdays, "from_on": one.from_on, "full_on": full}
            about = {"at": at, "participant_id": participant, "level": LevelOfCare(plan.id)}
            fact = DaysNotRestored.model_validate({**about, **days})
            said += [fact, _tell(participant, therapist, one.said_at, at)]
            plan = plan.after(fact)
            continue
        for taken in plan.take(participant, one.weekdays, one.from_on, one.until_on, at):
            said.append(taken)
            plan = plan.after(taken)
    return said


def _tell(participant: ParticipantId, therapist: StaffId, since: datetime, at: datetime) -> Ask:
    return Ask(
        SendNotice(
            at=at,
            participant_id=participant,
            notice_id=NoticeId(str(uuid5(IDS, f"{participant}|{since.isoformat()}"))),
            recipient_kind=RecipientKind.STAFF,
            recipient_id=therapist,
            template="place-not-restored",
        )
    )
