"""Danger about somebody nobody knows yet climbs one ladder, also once somebody says who it is."""

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from common.change import Ask, Remind, TimerFired, change
from common.contracts.notices import LadderClimbed
from common.contracts.notifications import SendNotice, matter_of, notice_about
from common.contracts.reports import Danger, DangerReported, ReportId, ReportReceived, of_nobody_known
from common.contracts.skills import RiskFlagCleared, RiskFlagRaised, flag_id_of
from common.contracts.words import FlagId, ParticipantId, StaffId
from family.domain.report import Report
from intake.domain.danger_items import Flag
from intake.domain.evidence import evidence_of
from notifications import handlers
from notifications.app import STANDARD
from notifications.domain import ladder
from notifications.domain.ladder import CLIMB, CONTACT, Ladder, Rest
from skills.domain.risk import Risk, cause_of_report

from .reading import kinds
from .story import ANA, to_staff
from .test_one_ladder import AT_WORK, EVA, MINUTE, Ladders, heard

ONE = ReportId("rep-1")
NOBODY = ParticipantId(of_nobody_known(ONE))
BEN = ParticipantId("p-ben")
FLAG = flag_id_of(ANA, f"report|{ONE}")
MAX = StaffId("staff-max")


def reported() -> SendNotice:
    """Family asks to tell a clinician of danger about nobody known yet."""
    word = ReportReceived(at=AT_WORK, report_id=ONE, danger=Danger.NOW, received_by=EVA)
    asked = [one.command for one in Report(id=ONE).receive(word, AT_WORK) if isinstance(one, Ask)]
    (page,) = [one for one in asked if isinstance(one, SendNotice) and one.template == "danger-reported"]
    return page


def heeded(who: ParticipantId = ANA, before: ParticipantId | None = None) -> DangerReported:
    """Somebody says whom the report is about, so that the danger is heeded for them."""
    report = Report(id=ONE, received=True, danger=Danger.NOW, matched=before)
    (_, danger) = report.match_with(who, EVA, AT_WORK)
    assert isinstance(danger, DangerReported)
    return danger


def raised(by: DangerReported) -> RiskFlagRaised:
    """Skills raises a flag."""
    cause = cause_of_report(by.report_id, by.level, by.matter)
    (flag,) = Risk().raise_for(by.participant_id, [cause], AT_WORK)
    assert isinstance(flag, RiskFlagRaised)
    return flag


def to_therapist(flag: RiskFlagRaised) -> SendNotice:
    """Intake asks to tell the therapist of it."""
    item = evidence_of(flag, "e-1")
    assert isinstance(item, Flag)
    asked = to_staff(notice_about(item.matter or item.flag_id, EVA))
    return asked.model_copy(update={"participant_id": flag.participant_id})


def at(ladders: Ladders, order: SendNotice, minutes: int) -> list[Any]:
    """So many minutes later somebody asks that staff is told."""
    return ladders.tell(order, AT_WORK + minutes * MINUTE)


def test_the_flag_of_a_report_matched_later_belongs_to_the_matter_of_the_report() -> None:
    """NO-L9, FA-I4, SK-R19, IN-V4: every service hands on what climbs already."""
    assert matter_of(reported().notice_id) == ONE
    assert (heeded().matter, raised(heeded()).matter) == (ONE, ONE)
    assert matter_of(to_therapist(raised(heeded())).notice_id) == ONE


def test_what_climbs_goes_on_from_where_it_is_about_whom_it_is() -> None:
    """NO-L9: the time of each step stays, nobody is told twice, and the next ones hear of the right person."""
    ladders = Ladders()
    ladders.tell(reported())
    ladders.take(handlers.climb(_fired(ladders, CLIMB)))
    due = {name: timer.due_at for (_, name), timer in ladders.timers.items()}

    assert kinds(at(ladders, to_therapist(raised(heeded())), 2)) == ["LadderMatched"]
    assert set(ladders.states) == {ONE}
    assert {name: timer.due_at for (_, name), timer in ladders.timers.items()} == due
    assert {timer.data["participant_id"] for timer in ladders.timers.values()} == {ANA}
    assert at(ladders, to_therapist(raised(heeded())), 3) == []


@pytest.mark.parametrize("order", [*permutations(("report", "intake", "nobody told"))])
def test_in_any_order_and_repeated_it_is_one_ladder_about_whom_it_is(order: tuple[str, ...]) -> None:
    """NO-L8, NO-L9: late word of nobody known takes nothing back."""
    ladders = Ladders()
    for who in (*order, *order):
        match who:
            case "report":
                ladders.tell(reported())
            case "intake":
                ladders.tell(to_therapist(raised(heeded())))
            case _:
                ladders.take(handlers.page_unheard(raised(heeded()).matter, ANA, STANDARD, AT_WORK))

    assert (set(ladders.states), ladders.states[ONE].participant_id) == ({ONE}, ANA)


def test_whoever_has_it_has_it_still() -> None:
    """NO-L3, NO-L9: somebody took it before it was known; only the incident looks at whom it is about."""
    ladders = Ladders()
    ladders.tell(reported())
    ladders.take([change(Ladder, ONE, ladder.acknowledge, EVA, AT_WORK)])

    assert kinds(ladders.tell(to_therapist(raised(heeded())))) == ["LadderMatched"]
    assert (ladders.states[ONE].rest, ladders.states[ONE].by) == (Rest.ACKNOWLEDGED, EVA)
    assert ladders.timers[ONE, CONTACT].data["participant_id"] == ANA


def test_after_its_time_no_second_incident_comes_of_it() -> None:
    """NO-L4, NO-L9: known after the time for a contact, what was missed is not missed again."""
    ladders = Ladders()
    ladders.tell(reported())
    missed = ladders.timers.pop((ONE, CONTACT))

    assert kinds(at(ladders, to_therapist(raised(heeded())), 31)) == ["LadderMatched"]
    assert (missed.due_at, (ONE, CONTACT) in ladders.timers) == (AT_WORK + timedelta(minutes=30), False)


def test_settled_before_it_was_known_it_climbs_anew_and_no_step_is_told_twice() -> None:
    """NO-L9: who settled it did not know whom it is about; its steps have other numbers."""
    ladders = Ladders()
    ladders.tell(reported())
    ladders.take(handlers.climb(_fired(ladders, CLIMB)))
    for decide in (ladder.make_contact, ladder.resolve):
        ladders.take([change(Ladder, ONE, decide, EVA, AT_WORK)])

    assert at(ladders, reported(), 59) == []
    assert kinds(at(ladders, to_therapist(raised(heeded())), 60)) == ["LadderStarted"]
    again = ladders.states[ONE]
    assert (again.rest, again.participant_id, ladders.timers[ONE, CLIMB].data["step"]) == (Rest.CLIMBING, ANA, "1")
    later = AT_WORK + timedelta(hours=1)
    (told, following) = ladder.climb(again, 1, later)
    assert isinstance(told, LadderClimbed)
    assert isinstance(following, Remind)
    assert (told.to, following.due_at) == (again.rungs[0].to, later + 5 * MINUTE)
    (hurried,) = ladder.hurry(again.after(told), 1, later)
    assert isinstance(hurried, Remind)
    assert hurried.data["step"] == "2"
    assert at(ladders, to_therapist(raised(heeded())), 61) == []


def test_who_clears_the_flag_has_the_ladder_of_the_report() -> None:
    """NO-L8, NO-L9: said again it is nothing."""
    ladders = Ladders()
    ladders.tell(reported())
    risk = Risk().after(raised(heeded()))
    (cleared,) = risk.clear(ANA, FlagId(FLAG), MAX, AT_WORK)
    assert isinstance(cleared, RiskFlagCleared)

    assert kinds(ladders.take(handlers.take_cleared(heard(cleared)))) == ["LadderAcknowledged"]
    assert ladders.take(handlers.take_cleared(heard(cleared))) == []
    assert ladders.states[ONE].by == MAX


def test_about_somebody_else_after_all_it_is_another_matter() -> None:
    """NO-L9, FA-I6: who has it for one of them does not have it for the other."""
    moved = heeded(BEN, before=ANA)

    assert (moved.matter, matter_of(to_therapist(raised(moved)).notice_id)) == ("", raised(moved).flag_id)


def _fired(ladders: Ladders, name: str) -> TimerFired:
    timer = ladders.timers[ONE, name]
    return TimerFired("ladder", ONE, timer.name, timer.due_at, timer.due_at, timer.data)
