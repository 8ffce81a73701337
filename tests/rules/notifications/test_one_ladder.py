"""One flag climbs one ladder, whoever tells of it, in whatever order and however often."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from common.change import Change, Remind
from common.contracts.message import Contract, Message
from common.contracts.notices import LadderStarted
from common.contracts.notifications import SendNotice, matter_of, notice_about
from common.contracts.reports import cause_in_report
from common.contracts.skills import RiskFlagCleared, flag_id_of
from common.contracts.words import FlagId, NoticeId, RiskLevel, StaffId
from notifications import handlers
from notifications.app import STANDARD
from notifications.domain import ladder
from notifications.domain.ladder import CLIMB, Ladder, Rest
from skills.domain.risk import cause_of_report

from .reading import kinds
from .story import ANA, NOON, to_staff

FLAG = FlagId("f-1")
EVA = StaffId("staff-eva")
MINUTE = timedelta(minutes=1)
AT_WORK = NOON + timedelta(hours=3)


def heard(data: Any, at: Any = AT_WORK) -> Message[Any]:
    """The message as it is heard."""
    return Message("m", "/x", data.TOPIC, ANA, 1, data.at, at, at, "c", "", "test", data)


class Ladders:
    """All the ladders that begin, and their timers."""

    def __init__(self) -> None:
        self.states: dict[str, Ladder] = {}
        self.timers: dict[tuple[str, str], Remind] = {}
        self.said: list[Any] = []

    def take(self, effects: Iterable[Any]) -> list[Any]:
        """Let what concerns ladders happen; returns the facts."""
        facts: list[Any] = []
        for one in effects:
            if not isinstance(one, Change) or one.kind is not Ladder:
                continue
            for outcome in one.decide(self.states.get(one.id, Ladder(id=one.id))):
                if isinstance(outcome, Remind):
                    self.timers[one.id, outcome.name] = outcome
                elif isinstance(outcome, Contract):
                    self.states[one.id] = self.states.get(one.id, Ladder(id=one.id)).after(outcome)
                    facts.append(outcome)
        self.said += facts
        return facts

    def tell(self, order: SendNotice, at: Any = AT_WORK) -> list[Any]:
        """Somebody asks that staff is told."""
        return self.take(handlers.tell_and_climb(heard(order, at), STANDARD))

    def unheard(self) -> list[Any]:
        """Nobody was told of the flag for a minute."""
        return self.take(handlers.page_unheard(FLAG, ANA, STANDARD, AT_WORK))

    def first_page(self) -> int:
        """Minutes until who is on call is told."""
        return (self.timers[FLAG, CLIMB].due_at - AT_WORK) // MINUTE


def raised(to: str = "staff-eva", named: str = "risk-moderate", matter: str = FLAG) -> SendNotice:
    """Intake asks to tell the therapist of a flag."""
    return to_staff(notice_about(matter, to)).model_copy(update={"recipient_id": to, "ladder": named})


def reported() -> SendNotice:
    """Family asks to tell a clinician of the report that raises the flag."""
    return to_staff(notice_about(FLAG, "danger-reported:clinician"), "danger-reported")


def test_a_flag_told_by_two_notices_had_two_ladders() -> None:
    """NO-L8: ids that name no matter still begin one each; so it was, and it is why ids name theirs."""
    ladders = Ladders()
    ladders.tell(to_staff("n-1"))
    ladders.tell(to_staff("n-2"))

    assert len(ladders.states) == 2


@pytest.mark.parametrize("order", [*permutations(("intake", "another therapist", "report", "nobody told"))])
def test_in_any_order_a_flag_climbs_one_ladder_and_at_once_where_anybody_asks_for_that(order: tuple[str, ...]) -> None:
    """NO-L8: who else tells of it, later, late or again, joins."""
    ladders = Ladders()
    for who in (*order, *order):
        match who:
            case "intake":
                ladders.tell(raised())
            case "another therapist":
                ladders.tell(raised("staff-max"))
            case "report":
                ladders.tell(reported())
            case _:
                ladders.unheard()

    assert set(ladders.states) == {FLAG}
    assert ladders.first_page() == 0


def test_a_slower_ladder_gives_way_only_while_nobody_was_told() -> None:
    """NO-L8: once somebody was told, or has it, another notice about it begins nothing."""
    ladders = Ladders()
    ladders.tell(raised())
    assert ladders.first_page() == 30
    told = ladders.states[FLAG].after(ladder.climb(ladders.states[FLAG], 0, AT_WORK)[0])  # type: ignore[arg-type]
    taken = told.after(ladder.acknowledge(told, EVA, AT_WORK)[0])  # type: ignore[arg-type]
    for state in (told, taken):
        ladders.states[FLAG] = state
        assert ladders.tell(reported()) == ladders.unheard() == []


def test_whoever_acknowledges_any_notice_about_it_has_it() -> None:
    """NO-L3, NO-L8: the therapist's, the one of the report, and those of the rungs."""
    rung = ladder.notice(FLAG, ANA, 1, "backup-clinician", "still-unanswered", NOON)
    ids = [raised().notice_id, raised("staff:with~signs").notice_id, reported().notice_id, rung.notice_id]

    assert {ladder.ladder_of(id) for id in ids} == {FLAG}
    assert (matter_of("n-1"), ladder.ladder_of(NoticeId("n-1"))) == ("n-1", "n-1")


def test_raised_again_or_late_it_climbs_anew() -> None:
    """NO-L8: another turn is another matter; each of them once."""
    ladders = Ladders()
    for matter in (FLAG, f"{FLAG}@1772600000", f"{FLAG}@1772600000"):
        ladders.tell(raised(matter=matter))
    late = to_staff(notice_about(f"{FLAG}@check-late-202603021200", EVA), "check-late")
    assert kinds(ladders.tell(late)) == ["LadderStarted"]
    assert ladders.tell(late) == []

    assert [fact.ladder_id for fact in ladders.said if isinstance(fact, LadderStarted)] == [
        FLAG,
        f"{FLAG}@1772600000",
        f"{FLAG}@check-late-202603021200",
    ]


def test_who_clears_the_flag_has_its_ladder() -> None:
    """NO-L8: nobody else is told; said again it is nothing, and where nothing climbs there is nothing to take."""
    cleared = heard(RiskFlagCleared(at=NOON, participant_id=ANA, flag_id=FLAG, cleared_by=EVA))
    ladders = Ladders()
    assert ladders.take(handlers.take_cleared(cleared)) == []
    ladders.tell(raised())

    assert kinds(ladders.take(handlers.take_cleared(cleared))) == ["LadderAcknowledged"]
    assert ladders.take(handlers.take_cleared(cleared)) == []
    assert (ladders.states[FLAG].rest, ladders.states[FLAG].by) == (Rest.ACKNOWLEDGED, EVA)


@pytest.mark.parametrize(
    ("template", "first", "at_night"),
    [
        ("check-late", (0, "check-late"), (0, "check-late")),
        ("review-late", (60, "still-unanswered"), (0, "review-late")),
    ],
)
def test_what_is_late_is_critical_and_must_be_answered(
    template: str, first: tuple[int, str], at_night: tuple[int, str]
) -> None:
    """NO-L1, NO-L5, NO-N6: the therapist at once, by every channel; then who is on call."""
    rule = STANDARD.ladder_of("", template)
    assert rule is not None
    assert template in STANDARD.critical
    assert all(rung.template in {template, "still-unanswered"} for rung in (*rule.rungs, *rule.nights))
    begins = [STANDARD.rungs_at(rule, at)[0] for at in (AT_WORK, NOON.replace(hour=7))]
    assert [(rung.after_minutes, rung.template) for rung in begins] == [first, at_night]
    assert all(rung.to == ("on-call-clinician",) for rung in begins)


def test_a_report_names_the_flag_that_skills_will_raise() -> None:
    """NO-L8, SK-R6, SK-R19: both sides reckon with the same id."""
    assert cause_of_report("r-1", RiskLevel.HIGH).of == cause_in_report("r-1")
    assert flag_id_of(ANA, cause_in_report("r-1")) == "508073f1-222b-5ea2-b3f1-14ce686e5184"
