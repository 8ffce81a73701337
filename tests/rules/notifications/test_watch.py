"""Silence about risk is paged as danger is, and who is on call is asked when it is due."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.change import Change
from common.contracts.paging import RiskStreamLate
from common.contracts.words import FlagId, StaffId
from notifications import handlers
from notifications.app import STANDARD
from notifications.domain import ladder, watch
from notifications.domain.correspondence import Correspondence
from notifications.domain.ladder import CLIMB, Ladder
from notifications.domain.watch import HOUSE, RiskWatch

from .reading import kinds
from .story import ANA, NOON
from .test_ladders import Climbing

SECOND = timedelta(seconds=1)
REAL = datetime(2031, 7, 1, 3, 30, tzinfo=UTC)
"""Real time, which is not the program's."""
MAX = StaffId("staff-max")


class Watching:
    """The watch, asked again and again while the program's clock stands."""

    def __init__(self) -> None:
        self.state = RiskWatch(id=watch.STREAM)
        self.said: list[Any] = []

    def look(self, silent: int) -> list[str]:
        """Nothing was heard for so many seconds; what is said."""
        said: list[Any] = watch.look(self.state, REAL - silent * SECOND, REAL, NOON, STANDARD)
        for fact in said:
            self.state = self.state.after(fact)
        self.said += said
        return kinds(said)


def test_a_minute_of_silence_is_paged_once_and_ends_once() -> None:
    """NO-K1: the numbers of facts 7.2; however often somebody looks, and each time it happens again."""
    watching = Watching()

    looks = [watching.look(silent) for silent in (0, 15, 60, 61, 65, 3600, 4, 4, 61, 0)]

    late, heard = ["RiskStreamLate"], ["RiskStreamHeard"]
    assert looks == [[], [], [], late, [], [], heard, [], late, heard]
    assert [fact.incident for fact in watching.said] == [1, 1, 2, 2]
    assert isinstance(watching.said[0], RiskStreamLate)
    assert (watching.said[0].at, watching.said[0].heard_until) == (NOON, REAL - 61 * SECOND)


@given(st.lists(st.integers(0, 200), max_size=30))
def test_an_incident_is_open_exactly_while_it_is_silent(silences: list[int]) -> None:
    """NO-K1: facts alternate, and the state is what the last look saw."""
    watching = Watching()
    for silent in silences:
        watching.look(silent)
        assert watching.state.late is (silent > STANDARD.risk_stream_seconds)
    assert all(a != b for a, b in zip(kinds(watching.said), kinds(watching.said)[1:], strict=False))


def told(effects: Any) -> list[tuple[str, str]]:
    """Whom effects tell what."""
    mail = Correspondence(id=ANA)
    facts = [fact for one in effects if one.kind is Correspondence for fact in one.decide(mail)]
    return [(fact.recipient_id, fact.template) for fact in facts]


def asked(who: str = ANA, matter: str = "n-1", template: str = "still-unanswered") -> dict[str, Any]:
    """A page that is due."""
    return {"_id": "x", "participant_id": who, "matter": matter, "template": template, "step": 0}


def test_who_is_on_call_now_is_told_beside_the_role() -> None:
    """NO-L6: the role's inbox may be a pager that somebody carries."""
    effects = list(handlers.page(asked(), MAX, STANDARD, NOON))

    assert told(effects) == [("on-call-clinician", "still-unanswered"), ("staff-max", "still-unanswered")]
    assert not [one for one in effects if isinstance(one, Change) and one.kind is Ladder]


def test_where_nobody_is_on_call_the_next_rung_comes_at_once_and_the_front_desk_has_a_task() -> None:
    """NO-L6: asked twice, the ladder is hurried once, and later steps keep their time."""
    climbing = Climbing()
    climbing.until(0)
    effects: list[Any] = list(handlers.page(asked(), None, STANDARD, NOON))
    for _ in range(2):
        climbing.apply([o for one in effects if one.kind is Ladder for o in one.decide(climbing.state)])
        climbing.until(0)

    assert told(effects) == [("on-call-clinician", "still-unanswered"), ("scheduler", "nobody-on-call")]
    assert [to for at, to, _ in climbing.told if at == 0] == ["on-call-clinician", "backup-clinician", "on-site-lead"]
    assert climbing.timers[CLIMB].due_at == NOON + timedelta(minutes=10)


def test_an_answered_ladder_is_not_hurried_and_the_last_rung_has_none_after_it() -> None:
    """NO-L6, NO-L3."""
    climbing = Climbing()
    climbing.until(16)
    assert ladder.hurry(climbing.state, 3, climbing.now) == []
    assert ladder.hurry(climbing.state, 1, climbing.now) == []
    climbing.apply(ladder.acknowledge(climbing.state, MAX, climbing.now))
    assert ladder.hurry(climbing.state, 3, climbing.now) == []


def test_the_stream_is_told_to_the_next_ones_where_nobody_is_on_call() -> None:
    """NO-L6, NO-K1: it has no ladder, for it is said once."""
    effects = list(handlers.page(asked(HOUSE, "risk-stream-1", "risk-stream-late"), None, STANDARD, NOON))

    assert told(effects) == [
        ("on-call-clinician", "risk-stream-late"),
        ("scheduler", "nobody-on-call"),
        ("backup-clinician", "risk-stream-late"),
        ("on-site-lead", "risk-stream-late"),
    ]


def test_a_flag_of_which_nobody_was_told_climbs_the_ladder_of_danger_once() -> None:
    """NO-K2: whatever its level, for why nobody was told is not known."""
    (start,) = handlers.page_unheard(FlagId("f-1"), ANA, STANDARD, NOON)
    assert isinstance(start, Change)
    state = Ladder(id=start.id)

    said: list[Any] = list(start.decide(state))

    assert kinds(said[:1]) == ["LadderStarted"]
    assert list(start.decide(state.after(said[0]))) == []


@pytest.mark.parametrize("policy", [STANDARD.model_copy(update={"ladders": {}})])
def test_without_a_ladder_it_is_told_all_the_same(policy: Any) -> None:
    """NO-K2."""
    assert told(handlers.page_unheard(FlagId("f-1"), ANA, policy, NOON)) == [("on-call-clinician", "risk-flag-raised")]
