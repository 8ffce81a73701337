"""Who is to answer a measure of the family now, and what did not come: said once for each turn."""

from datetime import datetime, timedelta

from common.change import Forget, Outcome, Remind
from common.contracts.intake import LevelOfCareChanged
from common.contracts.message import Contract
from common.contracts.supporting import FamilyTurnsMissed, FamilyTurnsSet, FamilyTurnTaken, MissedTurn
from common.contracts.words import LevelOfCare, ParticipantId, SupporterId
from family.domain.alumnus import TREATMENT
from family.domain.network import SupportNetwork
from family.domain.permission import permission
from family.domain.program import Program
from family.domain.supporting import ANY
from family.domain.turns import Turn

LOOK = "family-measures"
"""The timer of a network: it falls due when the next turn would be missed."""
LOOK_AGAIN = timedelta(days=7)
"""ASSUMED: who may not be asked now is looked at again after so long; they may be let in again."""


def see_level(network: SupportNetwork, moved: LevelOfCareChanged, program: Program, now: datetime) -> list[Outcome]:
    """Treatment began, changed or ended: other turns come. Rule: FA-M5."""
    turns = network.turns
    if moved.to_level is LevelOfCare.ALUMNI:
        return end_treatment(network, moved.at, program, now)
    if moved.to_level not in TREATMENT or (turns.moved_at and moved.at <= turns.moved_at):
        return []
    begun = turns.begun_at if turns.begun_at and not turns.ended_at else moved.at
    return _then_look(network, [_set(network, now, begun, moved.at, None)], program, now)


def end_treatment(network: SupportNetwork, ended_at: datetime, program: Program, now: datetime) -> list[Outcome]:
    """Treatment ended; what comes at its end and after it falls due. Rule: FA-M5."""
    turns = network.turns
    if turns.begun_at is None or turns.ended_at is not None:
        return []
    ended = _set(network, now, turns.begun_at, turns.moved_at or turns.begun_at, ended_at)
    return _then_look(network, [ended], program, now)


def go_on(network: SupportNetwork, program: Program, now: datetime) -> list[Outcome]:
    """Treatment never ended. Rule: FA-M5."""
    turns = network.turns
    if turns.begun_at is None or turns.ended_at is None:
        return []
    return _then_look(network, [_set(network, now, turns.begun_at, turns.moved_at, None)], program, now)


def note_answer(
    network: SupportNetwork, measure: str, who: SupporterId | None, at: datetime, program: Program, now: datetime
) -> list[Outcome]:
    """Somebody answered: their turn is taken; an answer told late moves none that was given since. Rule: FA-M5.

    Raises NotFound for a supporter whom the participant has not named.
    """
    if who is not None:
        network.must_know(who)
    before = network.turns
    about = {"at": at, "participant_id": network.id, "measure": measure, "supporter_id": who}
    taken = FamilyTurnTaken.model_validate(about)
    return _then_look(network, [taken], program, now) if before.after(taken) != before else []


def look(network: SupportNetwork, program: Program, now: datetime) -> list[Outcome]:
    """What did not come by now is said, once for each turn, and the next look is set. Rules: FA-M5, FA-M6."""
    late = [turn for turn in network.turns.coming(program.measures) if turn.missed_at <= now]
    missed = [turn for turn in late if may_be_asked(network, turn, now)]
    said: list[Contract] = []
    if missed:
        rows = tuple(MissedTurn(measure=one.measure, supporter_id=one.who, due_at=one.due_at) for one in missed)
        said = [FamilyTurnsMissed(at=now, participant_id=ParticipantId(network.id), missed=rows)]
    return _then_look(network, said, program, now)


def may_be_asked(network: SupportNetwork, turn: Turn, now: datetime) -> bool:
    """Whether this turn is anybody's now: a supporter's only while they may know of it at all. Rules: FA-W2, FA-M5."""
    return turn.who is None or not isinstance(permission(network, turn.who, ANY, now), str)


def _then_look(network: SupportNetwork, said: list[Contract], program: Program, now: datetime) -> list[Outcome]:
    for fact in said:
        network = network.after(fact)
    stuck = now if said else now + LOOK_AGAIN
    coming = network.turns.coming(program.measures)
    looks = [turn.missed_at if turn.missed_at > now else stuck for turn in coming]
    return [*said, Remind(LOOK, min(looks)) if looks else Forget(LOOK)]


def _set(
    network: SupportNetwork, now: datetime, begun: datetime, moved: datetime | None, ended: datetime | None
) -> FamilyTurnsSet:
    about = ParticipantId(network.id)
    return FamilyTurnsSet(at=now, participant_id=about, begun_at=begun, moved_at=moved, ended_at=ended)
