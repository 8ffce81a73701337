"""What is measured of one participant: which measures are due, which did not come, and how they speak to each other."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from common.change import Forget, Outcome, Remind
from common.contracts.care import ConditionNoted, ConditionSetAside
from common.contracts.intake import EpisodeClosed, EpisodeOpened, LevelOfCareChanged, PrimaryTherapistChanged
from common.contracts.measuring import InstrumentScored
from common.contracts.message import Contract
from common.contracts.moves import DischargeVoided, LevelOfCareCorrected
from common.contracts.words import Condition, LevelOfCare, ParticipantId, TransitionKind
from skills.domain.alliance import drop
from skills.domain.answers import Filled
from skills.domain.forms import Forms
from skills.domain.record import SkillsRecord
from skills.domain.schedule import LOOK, SCREEN, Due, Plan, dues, missed, set_plan
from skills.domain.trends import Point

ENTRIES = frozenset({TransitionKind.ADMISSION, TransitionKind.READMISSION})
"""Changes of level with which treatment begins, or begins again: whatever was measured before is of another time."""


def open_episode(record: SkillsRecord, opened: EpisodeOpened, forms: Forms) -> list[Outcome]:
    """An episode brings its conditions and its therapist. Rules: SK-M15, SK-M18."""
    plan = _with_therapist(record.plan, opened.primary_therapist, opened.at)
    changes = {"episode_since": opened.at, "conditions": _sorted(opened.conditions)}
    return _set(record, plan.model_copy(update=changes), opened.at, forms)


def change_level(record: SkillsRecord, moved: LevelOfCareChanged, forms: Forms) -> list[Outcome]:
    """Another level has other turns; after a step down they come twice as often for a while.

    After an ending treatment goes on with it. Rules: SK-M15, SK-M16, SK-M23.
    """
    plan, schedule = _with_therapist(record.plan, moved.primary_therapist, moved.at), forms.schedule
    after_program = {level for row in schedule.due for level in row.on_days}
    counting_on = plan.after_program_since if plan.level in after_program else None
    watched, enters = moved.kind is TransitionKind.STEP_DOWN, moved.kind in ENTRIES
    begins = moved.to_level is not plan.level or (enters and (plan.since is None or moved.at > plan.since))
    goes_on = _ending(plan, None, moved.known_at or moved.at) if enters or plan.ended_at is not None else {}
    changes = {
        **goes_on,
        "level": moved.to_level,
        "since": moved.at if begins else plan.since,
        "after_program_since": (counting_on or moved.at) if moved.to_level in after_program else None,
        "watch_until": moved.at + timedelta(days=schedule.watch_days) if watched else None,
    }
    return _set(record, plan.model_copy(update=changes), moved.at, forms)


def correct_level(record: SkillsRecord, corrected: LevelOfCareCorrected, forms: Forms) -> list[Outcome]:
    """A change of level was true at another instant: whatever was counted from it moves along. Rules: SK-M20, SK-M23.

    What was said to be missed stays said. Once the plan has moved, nothing in it stands at the old instant any more.
    """
    plan, watch = record.plan, timedelta(days=forms.schedule.watch_days)
    if corrected.level is LevelOfCare.CLOSED:
        ending = _ending(plan, corrected.at, corrected.known_at) if corrected.current else {}
        return _set(record, plan.model_copy(update=ending), corrected.known_at, forms)
    counted = ["since", "after_program_since", "therapist_since"]
    counted += ["episode_since"] if corrected.from_level is None else []
    changes = {name: corrected.at for name in counted if getattr(plan, name) == corrected.was_at}
    if plan.watch_until == corrected.was_at + watch:
        changes["watch_until"] = corrected.at + watch
    return _set(record, plan.model_copy(update=changes), corrected.known_at, forms)


def end_treatment(record: SkillsRecord, closed: EpisodeClosed, forms: Forms) -> list[Outcome]:
    """From then on nothing of the level is due, and nothing is missed; the plan waits as it was. Rule: SK-M23."""
    known_at = closed.known_at or closed.at
    return _set(record, record.plan.model_copy(update=_ending(record.plan, closed.at, known_at)), known_at, forms)


def go_on(record: SkillsRecord, voided: DischargeVoided, forms: Forms) -> list[Outcome]:
    """Treatment never ended: everything is due as if nothing had been said. Rule: SK-M23."""
    return _set(record, record.plan.model_copy(update=_ending(record.plan, None, voided.at)), voided.at, forms)


def change_therapist(record: SkillsRecord, changed: PrimaryTherapistChanged, forms: Forms) -> list[Outcome]:
    """With another therapist the alliance begins anew, and is asked about sooner. Rule: SK-M18."""
    return _set(record, _with_therapist(record.plan, changed.to_staff, changed.at), changed.at, forms)


def note_condition(record: SkillsRecord, noted: ConditionNoted | ConditionSetAside, forms: Forms) -> list[Outcome]:
    """What somebody is treated for chooses measures. Rule: SK-M15."""
    others = set(record.plan.conditions) - {noted.condition}
    now = others | {noted.condition} if isinstance(noted, ConditionNoted) else others
    return _set(record, record.plan.model_copy(update={"conditions": _sorted(now)}), noted.at, forms)


def look_for_missed(record: SkillsRecord, now: datetime, forms: Forms) -> list[Outcome]:
    """What did not come by now, once for each time it was due, and when to look again. Rule: SK-M17."""
    said: list[Outcome] = []
    while late := missed(ParticipantId(record.id), record.plan, coming(record, forms), now):
        said += late
        for fact in late:
            record = record.after(fact)
    return [*said, *_next_look(record, forms)]


def take_answers(record: SkillsRecord, filled: Filled, now: datetime, forms: Forms) -> list[Contract]:
    """A form as it was filled in, and what it says of the alliance. Rules: SK-M6, SK-M19."""
    said = record.take_answers(filled, now, forms)
    plan, points = record.plan, points_of(record).get(filled.instrument, [])
    return said + [
        fell
        for fact in said
        if isinstance(fact, InstrumentScored) and fact.instrument in forms.alliance
        for fell in drop(fact, forms[fact.instrument], points, plan.therapist, plan.therapist_since)
    ]


def coming(record: SkillsRecord, forms: Forms) -> list[Due]:
    """What comes next of each measure. Rules: SK-M15, SK-M16."""
    points = points_of(record)

    def last(measure: str) -> datetime | None:
        if measure == SCREEN:
            return max((screen.screened_at for screen in record.risk.screens), default=None)
        return max((point.at for point in points.get(measure, ())), default=None)

    return dues(record.plan, forms.schedule, last)


def points_of(record: SkillsRecord) -> dict[str, list[Point]]:
    """Instrument -> the administrations that count, oldest first."""
    found: dict[str, dict[str, Point]] = {}
    for id, one in record.answers.taken.items():
        if one.score is not None and not one.void:
            found.setdefault(one.instrument, {})[id] = Point(id, one.administered_at, one.score)
    for id, recorded in record.measures.recorded.items():
        about = recorded.administration
        of_instrument = found.setdefault(about.instrument.value, {})
        of_instrument.pop(id, None)
        if not recorded.void:
            of_instrument[id] = Point(id, about.administered_at, about.score)
    return {code: sorted(points.values(), key=lambda point: point.at) for code, points in found.items()}


def _set(record: SkillsRecord, plan: Plan, at: datetime, forms: Forms) -> list[Outcome]:
    said = set_plan(ParticipantId(record.id), record.plan, plan, at)
    for fact in said:
        record = record.after(fact)
    return [*said, *_next_look(record, forms)] if said else []


def _ending(plan: Plan, ended_at: datetime | None, known_at: datetime) -> dict[str, datetime | None]:
    """Whether treatment has ended, as it is known last: what is older, and heard of later, changes nothing."""
    if plan.end_known_at is not None and known_at < plan.end_known_at:
        return {}
    return {"ended_at": ended_at, "end_known_at": known_at}


def _next_look(record: SkillsRecord, forms: Forms) -> list[Outcome]:
    next_ones = coming(record, forms)
    return [Remind(LOOK, next_ones[0].missed_at)] if next_ones else [Forget(LOOK)]


def _with_therapist(plan: Plan, therapist: str, at: datetime) -> Plan:
    if plan.therapist == therapist:
        return plan
    changes = {"therapist": therapist, "therapist_since": at, "therapist_changed": plan.therapist is not None}
    return plan.model_copy(update=changes)


def _sorted(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
    return tuple(sorted(set(conditions)))
