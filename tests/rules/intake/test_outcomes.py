"""Outcomes: what became of a measure, with how much contact, and one therapist through the levels."""

from datetime import timedelta
from typing import Any

import pytest

from common.contracts import coaching, family, scheduling
from common.contracts.message import Contract, Message
from common.contracts.words import EpisodeId, Instrument, LevelOfCare, ParticipantId, SessionId, StaffId, SupporterId
from intake.domain.connection import Contact, Source, contact_in, kept
from intake.domain.continuity import AtChange, continuity, kept_through
from intake.domain.episode import Episode
from intake.domain.evidence import Evidence
from intake.domain.exposure import NO_CAUSE, Exposure, Lived, lived, report
from intake.domain.history import History, Turn
from intake.domain.outcomes import Became, course
from rules.intake.episode_cases import NOON, RULES
from rules.intake.policy_cases import score, voided

PID = ParticipantId("p-1")
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
PHQ9 = Instrument.PHQ9
LEAST = RULES.care.report.smallest_cell


def message(data: Contract) -> Message[Any]:
    """It, as intake hears it."""
    return Message(
        id="m-1",
        source="s",
        topic=data.TOPIC,
        subject=PID,
        sequence=1,
        time=data.at,
        recorded_at=data.at,
        heard_at=data.at,
        correlation_id="c",
        causation_id="c",
        site="s",
        data=data,
    )


def attended(kind: str, counted: bool = True) -> scheduling.SessionAttendanceRecorded:
    """A session that somebody attended, or did not."""
    about: dict[str, Any] = {"at": NOON, "participant_id": PID, "session_id": SessionId("s-1"), "kind": kind}
    minutes = {"planned_minutes": 60, "attended_minutes": 60 if counted else 0, "counted_as_attended": counted}
    return scheduling.SessionAttendanceRecorded(**about, level=LevelOfCare.IOP, **minutes)


def met(data: Contract) -> Contact | None:
    """The contact in it."""
    return contact_in(message(data))


def family_session(*supporters: str) -> family.FamilySessionHeld:
    """A family session."""
    with_whom = tuple(SupporterId(one) for one in supporters)
    return family.FamilySessionHeld(
        at=NOON, participant_id=PID, kind="FAM_INDIV", supporter_ids=with_whom, led_by=StaffId("f")
    )


@pytest.mark.parametrize(
    ("kind", "source"),
    [("INDIVIDUAL", Source.THERAPIST), ("SKILLS_GROUP", Source.PEERS), ("PROGRAM", Source.PEERS)],
)
def test_a_session_is_a_contact_with_whom_it_was(kind: str, source: Source) -> None:
    """IN-X1: told anew, it replaces what was told; not attended, it is none."""
    there, away = met(attended(kind)), met(attended(kind, counted=False))
    assert there is not None
    assert away is not None
    assert (there.source, there.counts, away.counts, away.key) == (source, True, False, there.key)
    (first,), (second,) = kept(message(attended(kind))), kept(message(attended(kind, counted=False)))
    assert first.id == second.id


def test_a_family_session_needs_a_supporter_and_a_call_is_the_therapists() -> None:
    """IN-X1"""
    call = coaching.CoachingRecorded(
        at=NOON,
        participant_id=PID,
        call_id="c-1",
        answered_by=StaffId("t"),
        starts_at=NOON - DAY,
        ends_at=NOON,
        target=3,
        skill="STOP",
        risk_asked=True,
        follow_up=False,
    )
    contact, called = met(family_session("aunt")), met(call)
    assert contact is not None
    assert called is not None
    assert (contact.source, called.source, called.at) == (Source.FAMILY, Source.THERAPIST, NOON - DAY)
    assert met(family_session()) is None


def scored(*points: tuple[float, int]) -> Evidence:
    """PHQ-9 scores, each with its day from the first."""
    evidence = Evidence()
    for number, (value, day) in enumerate(points):
        evidence = evidence.noted(score(PHQ9, value, NOON + day * DAY, f"m-{number}"))
    return evidence


@pytest.mark.parametrize(
    ("points", "became"),
    [
        (((18, 0), (12, 14)), Became.BETTER),
        (((18, 0), (13, 14)), Became.SAME),
        (((12, 0), (18, 14)), Became.WORSE),
        (((18, 0), (5, 13)), Became.UNKNOWN),
        (((18, 0),), Became.UNKNOWN),
        ((), Became.UNKNOWN),
    ],
)
def test_a_change_counts_from_the_reliable_one_on_and_between_windows_that_do_not_overlap(
    points: tuple[tuple[float, int], ...], became: Became
) -> None:
    """IN-X2: PHQ-9, six points and fourteen days; a single score is no outcome, nor is none."""
    assert course(PHQ9, scored(*points), RULES).became is became


def test_a_voided_score_is_no_outcome() -> None:
    """IN-X2: what remains is one score, and one is unknown."""
    evidence = scored((18, 0), (5, 30)).noted(voided("m-1", NOON + 40 * DAY))
    assert course(PHQ9, evidence, RULES).became is Became.UNKNOWN


def in_care(weeks: int, then: LevelOfCare = LevelOfCare.ALUMNI) -> Episode:
    """Somebody who was so long in IOP, better since, and went on."""
    first, episode = NOON - 20 * WEEK, EpisodeId("e-1")
    began = {LevelOfCare.IOP: first, then: first + weeks * WEEK}
    turns = tuple(
        Turn(key=level, episode_id=episode, level=level, kind="STEP_DOWN", at=at, known_at=at)
        for level, at in began.items()
    )
    return Episode(id=PID, episode_id=episode, history=History(turns=turns), evidence=scored((18, -100), (9, -10)))


def test_contact_is_counted_a_week_in_care_and_only_there() -> None:
    """IN-X3: eight weeks in IOP, then an alumnus, whose contacts are not of the treatment."""
    first = NOON - 20 * WEEK
    weekly = [first + n * WEEK + DAY for n in range(8)]
    contacts = {Source.THERAPIST: weekly, Source.PEERS: weekly[:3], Source.FAMILY: [NOON - WEEK]}
    person = lived(in_care(8), contacts, NOON, RULES)
    assert person is not None
    assert person.exposure == {
        Source.THERAPIST: Exposure.REGULAR,
        Source.PEERS: Exposure.SOME,
        Source.FAMILY: Exposure.NONE,
    }
    assert [one.became for one in person.courses] == [Became.BETTER]


def test_who_was_in_care_for_a_short_time_says_nothing_about_contact() -> None:
    """IN-X3: three weeks are too few, four are enough."""
    assert lived(in_care(3), {}, NOON, RULES) is None
    assert lived(in_care(4), {}, NOON, RULES) is not None


def a_person(*sources: Source) -> Lived:
    """Somebody who got better, with regular contact with these."""
    found = lived(in_care(8), {}, NOON, RULES)
    assert found is not None
    had = {s: Exposure.REGULAR if s in sources else Exposure.NONE for s in Source}
    return found.model_copy(update={"exposure": had})


def test_the_report_counts_people_and_names_no_cause() -> None:
    """IN-X3, IN-X4: of three sources; who was never asked is unknown."""
    told = report([a_person(*Source)] * LEAST + [a_person(Source.FAMILY)] * LEAST, NOON, RULES)
    by_therapist = told.by_source[PHQ9][Source.THERAPIST]
    assert (by_therapist["regular"]["reliably-better"], by_therapist["none"]["reliably-better"]) == (LEAST, LEAST)
    assert told.by_source[Instrument.GAD7][Source.FAMILY]["regular"]["unknown"] == 2 * LEAST
    assert [told.by_number_of_sources[PHQ9][str(n)]["reliably-better"] for n in range(4)] == [0, LEAST, 0, LEAST]
    assert (told.people, told.no_cause) == (2 * LEAST, NO_CAUSE)
    assert PID not in told.model_dump_json()


def test_a_report_on_a_few_says_not_even_how_many() -> None:
    """IN-X4"""
    told = report([a_person(*Source)] * (LEAST - 1), NOON, RULES)
    assert told.people is None
    assert told.by_source[PHQ9][Source.THERAPIST]["regular"]["reliably-better"] is None


def changes(*therapists: str, levels: str = "RESIDENTIAL PHP IOP") -> list[AtChange]:
    """Changes of level, each with its therapist, told in any order."""
    told = [
        AtChange(
            participant_id=PID,
            episode_id=EpisodeId("e-1"),
            to_level=LevelOfCare(level),
            primary_therapist=StaffId(who),
            at=NOON + number * DAY,
        )
        for number, (level, who) in enumerate(zip(levels.split(), therapists, strict=True))
    ]
    return told[::-1]


def test_continuity_is_how_often_the_therapist_stayed_from_level_to_level() -> None:
    """IN-X6: acute care elsewhere is no level of ours; a new episode begins anew."""
    assert kept_through(changes("a", "a", "b")) == [True, False]
    assert kept_through(changes("a", "x", "a", levels="PHP EXTERNAL_ACUTE PHP")) == [True]
    another = [c.model_copy(update={"episode_id": EpisodeId("e-2")}) for c in changes("b", levels="IOP")]
    assert kept_through([*changes("a", levels="PHP"), *another]) == []
    told = continuity([True, True, False])
    assert (told.changes, told.same_therapist, told.percent) == (3, 2, 66.7)
    assert continuity([]).percent is None
    assert continuity([True, True, False], LEAST).changes is None
