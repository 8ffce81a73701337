"""Word from outside: always taken, heeded where it is danger, read by somebody."""

from collections.abc import Iterable
from datetime import timedelta

import pytest

from common.change import Ask, NotFound, Outcome, Remind
from common.contracts.message import Contract
from common.contracts.notifications import SendNotice, matter_of
from common.contracts.reports import (
    Danger,
    DangerReported,
    ReportId,
    ReportMatched,
    ReportOutcome,
    ReportReceived,
    ReportSettled,
    ReportTaken,
    ReportUnread,
    cause_in_report,
)
from common.contracts.skills import flag_id_of
from common.contracts.words import ParticipantId, RiskLevel, Role, StaffId
from family.domain.report import UNREAD, UNREAD_AFTER, Report

from .story import ANA, AUNT, EVA, NOON, facts_of

ONE = ReportId("rep-1")
BEN = ParticipantId("p-ben")


def word(danger: Danger = Danger.NONE, about: ParticipantId | None = ANA) -> ReportReceived:
    """Ana's aunt rings up."""
    return ReportReceived(
        at=NOON, report_id=ONE, participant_id=about, supporter_id=AUNT, danger=danger, received_by=EVA
    )


def told(outcomes: Iterable[Outcome]) -> list[tuple[str, str]]:
    """Who is told by which text."""
    orders = [outcome.command for outcome in outcomes if isinstance(outcome, Ask)]
    assert all(isinstance(order, SendNotice) for order in orders)
    return [(order.recipient_id, order.template) for order in orders if isinstance(order, SendNotice)]


def after(*facts: Contract) -> Report:
    """The report once all this is true."""
    report = Report(id=ONE)
    for fact in facts:
        report = report.after(fact)
    return report


def test_a_report_is_taken_and_put_before_the_family_clinician() -> None:
    """FA-I1, FA-I4."""
    said = Report(id=ONE).receive(word(), NOON)

    assert facts_of(said) == [word()]
    assert told(said) == [(Role.FAMILY_CLINICIAN, "report-to-read")]
    assert Remind(UNREAD, NOON + UNREAD_AFTER) in said


@pytest.mark.parametrize(("danger", "level"), [(Danger.CONCERN, RiskLevel.MODERATE), (Danger.NOW, RiskLevel.HIGH)])
def test_danger_is_heeded_at_once_and_told_to_a_clinician_first(danger: Danger, level: RiskLevel) -> None:
    """FA-I3, FA-I4."""
    said = Report(id=ONE).receive(word(danger), NOON)

    heeded = DangerReported(at=NOON, participant_id=ANA, report_id=ONE, level=level)
    assert facts_of(said) == [word(danger), heeded]
    assert told(said) == [(Role.CLINICIAN, "danger-reported"), (Role.FAMILY_CLINICIAN, "report-to-read")]


def test_danger_for_nobody_we_know_of_is_told_all_the_same() -> None:
    """FA-I3, FA-I4: the page does not wait for a match."""
    said = Report(id=ONE).receive(word(Danger.NOW, None), NOON)

    assert facts_of(said) == [word(Danger.NOW, None)]
    assert (Role.CLINICIAN, "danger-reported") in told(said)


def test_a_match_heeds_the_danger_for_whom_it_is_about() -> None:
    """FA-I3, FA-I6, NO-L9: what climbs for it already climbs on; for somebody else after all it is another matter."""
    report = after(word(Danger.NOW, None))
    said = report.match_with(BEN, EVA, NOON)

    matched = ReportMatched(at=NOON, report_id=ONE, participant_id=BEN, matched_by=EVA)
    assert said == [
        matched,
        DangerReported(at=NOON, participant_id=BEN, report_id=ONE, level=RiskLevel.HIGH, matter=ONE),
    ]
    (_, moved) = report.after(matched).match_with(ANA, EVA, NOON)
    assert isinstance(moved, DangerReported)
    assert moved.matter == ""


def test_another_match_replaces_the_one_before_and_the_same_one_is_nothing_new() -> None:
    """FA-I6: the flag of the first stays until a person clears it."""
    report = after(word(Danger.CONCERN))

    assert report.match_with(ANA, EVA, NOON) == []
    moved = report.match_with(BEN, EVA, NOON)
    assert [fact.type_name() for fact in facts_of(moved)] == ["ReportMatched.v1", "DangerReported.v1"]


def test_a_report_said_twice_is_taken_once() -> None:
    """FA-I1."""
    assert after(word(Danger.NOW)).receive(word(Danger.NOW), NOON) == []


def test_who_takes_it_first_has_it_and_nobody_is_asked_again() -> None:
    """FA-I5."""
    report = after(word())
    (taken, _) = report.take(EVA, NOON)
    assert isinstance(taken, ReportTaken)

    report = report.after(taken)
    assert report.take(StaffId("staff-max"), NOON) == []
    assert report.still_unread(NOON + UNREAD_AFTER) == []


def test_a_report_nobody_takes_is_told_again_every_day_to_more_people() -> None:
    """FA-I5."""
    report, now = after(word()), NOON
    for times in (1, 2, 3):
        now += timedelta(days=1)
        said = report.still_unread(now)
        assert facts_of(said) == [ReportUnread(at=now, report_id=ONE, participant_id=ANA, times=times)]
        assert told(said) == [(Role.FAMILY_CLINICIAN, "report-to-read"), (Role.CLINICIAN, "report-to-read")]
        assert Remind(UNREAD, now + UNREAD_AFTER) in said
        for fact in facts_of(said):
            report = report.after(fact)


def test_every_telling_again_is_another_notice() -> None:
    """FA-I5: one notice id would be swallowed as said already."""
    ids = set()
    report, now = after(word(Danger.NOW)), NOON
    for outcomes in (Report(id=ONE).receive(word(Danger.NOW), now), report.still_unread(now)):
        ids |= {o.command.notice_id for o in outcomes if isinstance(o, Ask) and isinstance(o.command, SendNotice)}
    assert len(ids) == 4


def test_danger_about_somebody_known_is_told_of_as_the_flag_it_raises() -> None:
    """FA-I4, NO-L8: one ladder for both; about nobody known, and told again for nobody read it, it has its own."""
    report = after(word(Danger.NOW))
    flag = flag_id_of(ANA, cause_in_report(ONE))

    def matters(outcomes: Iterable[Outcome]) -> list[str]:
        orders = [o.command for o in outcomes if isinstance(o, Ask) and isinstance(o.command, SendNotice)]
        return [matter_of(order.notice_id) for order in orders if order.template == "danger-reported"]

    assert matters(Report(id=ONE).receive(word(Danger.NOW), NOON)) == [flag]
    others = matters(report.still_unread(NOON)) + matters(Report(id=ONE).receive(word(Danger.NOW, None), NOON))
    assert len({flag, *others}) == 3


def test_settling_says_who_read_it_and_what_came_of_it_once() -> None:
    """FA-I5."""
    report = after(word())
    said = facts_of(report.settle(ReportOutcome.CONTACTED, EVA, NOON))
    assert [type(fact) for fact in said] == [ReportTaken, ReportSettled]

    for fact in said:
        report = report.after(fact)
    assert report.settle(ReportOutcome.CONTACTED, EVA, NOON) == []
    assert [type(fact) for fact in report.settle(ReportOutcome.NOT_OURS, EVA, NOON)] == [ReportSettled]


def test_nobody_decides_about_a_report_that_is_not_there() -> None:
    """FA-I5, FA-I6."""
    nothing = Report(id=ONE)
    with pytest.raises(NotFound, match="no-such-report"):
        nothing.take(EVA, NOON)
    with pytest.raises(NotFound, match="no-such-report"):
        nothing.settle(ReportOutcome.CONTACTED, EVA, NOON)
    with pytest.raises(NotFound, match="no-such-report"):
        nothing.match_with(ANA, EVA, NOON)


def test_a_late_timer_of_a_report_that_is_not_there_says_nothing() -> None:
    """FA-I5."""
    assert Report(id=ONE).still_unread(NOON) == []


def test_a_report_about_nobody_known_is_its_own_subject() -> None:
    """FA-I2: no participant is named who is not known."""
    assert (word().subject(), word(about=None).subject()) == (ANA, "report:rep-1")
