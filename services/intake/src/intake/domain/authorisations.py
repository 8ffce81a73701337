"""What people record of authorisations and certifications, and what is counted; nothing of it blocks care."""

from datetime import date, datetime

from common.change import Invalid, NotFound, Outcome
from common.contracts import coverage as said
from common.contracts.words import AuthorisationId, LevelOfCare, ParticipantId, SessionId, StaffId, TransitionId
from intake.domain.coverage import BY_NIGHT, COUNTED, Authorisation, Coverage, used
from intake.domain.coverage_watch import with_look
from intake.domain.episode import Rules


def record(coverage: Coverage, told: said.AuthorisationRecorded, rules: Rules) -> list[Outcome]:
    """A payer authorises units in a period; what was used before it was recorded counts too. Rules: IN-A1, IN-A2."""
    if told.authorisation_id in coverage.authorisations:
        return []
    if told.through_on < told.from_on:
        raise Invalid("period-reversed", "the last day comes before the first")
    if told.level not in COUNTED:
        raise Invalid("nothing-to-authorise", "at this level nothing is counted")
    return with_look(coverage, [told], rules, told.at)


def extend(
    coverage: Coverage,
    id: AuthorisationId,
    units: int | None,
    through_on: date | None,
    by: StaffId,
    rules: Rules,
    at: datetime,
) -> list[Outcome]:
    """The payer gives more units, more days or both; warnings begin anew. Rule: IN-A1."""
    known = _known(coverage, id)
    more = (units or known.units, through_on or known.through_on)
    if more == (known.units, known.through_on):
        return []
    if more[0] < known.units or more[1] < known.through_on or known.withdrawn:
        raise Invalid("no-extension", "an extension gives more; withdraw it and record another one for less")
    extended = said.AuthorisationExtended(
        at=at,
        participant_id=ParticipantId(coverage.id),
        authorisation_id=id,
        level=known.level,
        units=more[0],
        through_on=more[1],
        recorded_by=by,
    )
    return with_look(coverage, [extended], rules, at)


def withdraw(
    coverage: Coverage, id: AuthorisationId, reason: str, by: StaffId, rules: Rules, at: datetime
) -> list[Outcome]:
    """It does not hold, with a reason; withdrawn twice, once. Rule: IN-A1."""
    known = _known(coverage, id)
    if known.withdrawn:
        return []
    withdrawn = said.AuthorisationWithdrawn(
        at=at,
        participant_id=ParticipantId(coverage.id),
        authorisation_id=id,
        level=known.level,
        reason=reason,
        recorded_by=by,
    )
    return with_look(coverage, [withdrawn], rules, at)


def certify(coverage: Coverage, told: said.CertificationRecorded, rules: Rules) -> list[Outcome]:
    """A physician certifies or recertifies the plan of care of a level; the same twice, once. Rule: IN-A5."""
    if told.level not in rules.care.certification.levels:
        raise Invalid("not-certified", "the plan of care of this level is not certified")
    if told.certified_on > told.at.astimezone(rules.zone).date():
        raise Invalid("in-the-future", "this day has not come yet")
    again = told.kind is said.CertificationKind.RECERTIFICATION
    known = (coverage.recertified if again else coverage.certified).get(told.level)
    if known is not None and told.certified_on <= known:
        return []
    return with_look(coverage, [told], rules, told.at)


def begin_stay(coverage: Coverage, level: LevelOfCare, since: datetime, rules: Rules, at: datetime) -> list[Outcome]:
    """A place at a level is occupied; said again, nothing. Rules: IN-A2, IN-A6."""
    if level not in COUNTED or coverage.staying(level):
        return []
    began = said.StayBegan(
        at=at, participant_id=ParticipantId(coverage.id), level=level, from_on=since.astimezone(rules.zone).date()
    )
    return with_look(coverage, [began], rules, at)


def end_stay(coverage: Coverage, level: LevelOfCare, until: datetime, rules: Rules, at: datetime) -> list[Outcome]:
    """The place is free; said of one that was never occupied, nothing. Rules: IN-A2, IN-A6."""
    if coverage.staying(level) is None:
        return []
    ended = said.StayEnded(
        at=at, participant_id=ParticipantId(coverage.id), level=level, until_on=until.astimezone(rules.zone).date()
    )
    return with_look(coverage, [ended], rules, at)


def move_stay(
    coverage: Coverage,
    levels: tuple[LevelOfCare | None, LevelOfCare],
    was_at: datetime,
    from_at: datetime,
    rules: Rules,
    at: datetime,
) -> list[Outcome]:
    """A change of level was true on another local day; what rests on days is judged anew. Rule: IN-A9."""
    was_on, from_on = (instant.astimezone(rules.zone).date() for instant in (was_at, from_at))
    moved = said.StayMoved(
        at=at,
        participant_id=ParticipantId(coverage.id),
        level=levels[1],
        from_level=levels[0],
        was_on=was_on,
        from_on=from_on,
    )
    return with_look(coverage, [moved], rules, at) if coverage.after(moved).stays != coverage.stays else []


def check(
    coverage: Coverage, level: LevelOfCare, transition: TransitionId, rules: Rules, at: datetime
) -> list[Outcome]:
    """How the authorisation of a level stands as a transition takes effect; recorded, and no more. Rule: IN-A7.

    Of several the one that covers the day best is named; the same answer about the same transition is nothing new.
    """
    if level not in COUNTED:
        return []
    today = at.astimezone(rules.zone).date()
    count, _ = used(coverage, level, today)
    known = [a for a in coverage.authorisations.values() if a.level is level]
    found = [(STANDS.index(answer), a.id) for a in known for answer in [stands(a, count.get(a.id, 0), today)]]
    best = min(found, default=None)
    answer = STANDS[best[0]] if best else "none-on-file"
    if coverage.checked.get(transition) == answer:
        return []
    return [
        said.AuthorisationChecked(
            at=at,
            participant_id=ParticipantId(coverage.id),
            transition_id=transition,
            level=level,
            on=today,
            answer=answer,
            authorisation_id=best[1] if best else None,
        )
    ]


STANDS = ("in-force", "used-up", "lapsed", "to-come", "withdrawn")
"""How an authorisation may stand, what covers best first."""


def count_session(
    coverage: Coverage,
    level: LevelOfCare,
    session_id: SessionId,
    held_at: datetime,
    attended: bool,
    rules: Rules,
    at: datetime,
) -> list[Outcome]:
    """An attended session makes its local day one unit, however many there were; corrected, it does not. Rule: IN-A2.

    Late and repeated news count once.
    """
    day = held_at.astimezone(rules.zone).date()
    counted = session_id in coverage.attended.get(level, {}).get(day, frozenset())
    if level is BY_NIGHT or level not in COUNTED or counted == attended:
        return []
    told = said.SessionCounted(
        at=at,
        participant_id=ParticipantId(coverage.id),
        level=level,
        day=day,
        session_id=session_id,
        attended=attended,
    )
    return with_look(coverage, [told], rules, at)


def stands(known: Authorisation, units_used: int, today: date) -> str:
    """How an authorisation stands, in one word: `withdrawn`, `to-come`, `lapsed`, `used-up` or `in-force`."""
    if known.withdrawn:
        return "withdrawn"
    if today < known.from_on:
        return "to-come"
    if today > known.through_on:
        return "lapsed"
    return "used-up" if units_used >= known.units else "in-force"


def _known(coverage: Coverage, id: AuthorisationId) -> Authorisation:
    if id not in coverage.authorisations:
        raise NotFound("no-such-authorisation", "this participant has no authorisation with this id")
    return coverage.authorisations[id]
