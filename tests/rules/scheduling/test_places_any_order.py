"""Places of one level under any interleaving of commands: never over, never lost, never twice, in order."""

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from common.contracts.message import Contract
from common.contracts.scheduling import (
    GroupSeats,
    LevelSetUp,
    PlaceConfirmed,
    PlaceHeld,
    PlaceReleased,
    PlaceUnavailable,
)
from common.contracts.words import GroupId, ParticipantId, StaffId, TransitionId
from scheduling.domain.board import LevelBoard

TRANSITIONS = st.integers(0, 9)
GROUPS = st.dictionaries(st.sampled_from(["amber", "blue"]), st.integers(0, 3), max_size=2)
PEOPLE = 3


def who(transition: int) -> ParticipantId:
    """Whose transition it is; each person has several."""
    return ParticipantId(f"p{transition % PEOPLE}")


class AnyOrder(RuleBasedStateMachine):
    """A second, naive account of the board, kept from what it says alone."""

    def __init__(self) -> None:
        super().__init__()
        self.board = LevelBoard(id="PHP")
        self.now = datetime(2026, 3, 2, tzinfo=UTC)
        self.places: int | None = 0
        self.seats: dict[str, int] = {}
        self.waiting: list[str] = []
        self.inside: dict[str, str | None] = {}
        self.confirmed: set[str] = set()
        self.released: set[str] = set()
        self.last: tuple[str, int] | None = None

    @initialize(places=st.integers(1, 3))
    def begin(self, places: int) -> None:
        """Mostly there is some room to begin with."""
        self.set_up(places, {})

    @rule(places=st.none() | st.integers(0, 4), groups=GROUPS)
    def set_up(self, places: int | None, groups: dict[str, int]) -> None:
        """A scheduler changes the level."""
        self.last = None
        seats = [GroupSeats(group_id=GroupId(group), seats=n) for group, n in groups.items()]
        self.hear(self.board.set_up(places, seats, StaffId("s"), self.now))
        assert (self.places, self.seats) == (places, groups)
        assert self.board.set_up(places, seats, StaffId("s"), self.now) == []

    @rule(verb=st.sampled_from(["hold", "hold", "confirm", "confirm", "release"]), transition=TRANSITIONS)
    def command(self, verb: str, transition: int) -> None:
        """Intake says a command, in any order."""
        self.last = (verb, transition)
        self.take(verb, transition)

    @precondition(lambda self: self.last is not None)
    @rule()
    def say_again(self) -> None:
        """The last command comes once more."""
        before = self.board
        assert self.last is not None
        self.take(*self.last)
        assert self.board == before

    @rule(person=st.integers(0, PEOPLE - 1), minutes_ago=st.integers(0, 5))
    def close(self, person: int, minutes_ago: int) -> None:
        """An episode ends, heard late."""
        self.last = None
        self.hear(self.board.close(ParticipantId(f"p{person}"), self.now - timedelta(minutes=minutes_ago)))

    def take(self, verb: str, transition: int) -> None:
        """One command, one minute later."""
        self.now += timedelta(minutes=1)
        id = TransitionId(f"t{transition}")
        leaves = verb == "release" and id not in self.released
        self.hear(getattr(self.board, verb)(id, who(transition), self.now))
        if leaves:
            assert id in self.released
            assert who(transition) not in self.occupants()

    def occupants(self) -> list[ParticipantId]:
        """Who occupies a place, as far as was said."""
        return [who(int(id.removeprefix("t"))) for id in self.inside if id in self.confirmed]

    def hear(self, facts: list[Contract]) -> None:
        """Keep the naive account, and check each fact against it."""
        for fact in facts:
            self.board = self.board.after(fact)
            match fact:
                case LevelSetUp():
                    self.places = fact.places
                    self.seats = {group.group_id: group.seats for group in fact.groups}
                case PlaceUnavailable(transition_id=id):
                    self.waiting.append(id)
                    assert fact.waiting == len(self.waiting)
                case PlaceHeld(transition_id=id):
                    self.hear_held(id, fact.group_id)
                case PlaceConfirmed(transition_id=id):
                    assert self.inside[id] == fact.group_id
                    self.confirmed.add(id)
                case PlaceReleased(transition_id=id):
                    assert id not in self.released
                    self.released.add(id)
                    self.inside.pop(id, None)
                    self.waiting = [other for other in self.waiting if other != id]

    def hear_held(self, id: str, group: str | None) -> None:
        """Only the first who waits, only where there is room, only once, never after a release."""
        assert id not in self.inside
        assert id not in self.released
        if self.waiting:
            assert self.waiting.pop(0) == id
        self.inside[id] = group
        assert self.places is None or len(self.inside) <= self.places
        if self.seats:
            assert group is not None
            assert list(self.inside.values()).count(group) <= self.seats[group]
        else:
            assert group is None

    @invariant()
    def nothing_is_lost_or_leaked(self) -> None:
        """The board holds exactly what was said and not given back."""
        assert set(self.board.claims) == {*self.inside, *self.waiting}
        assert {id: claim.group_id for id, claim in self.board.claims.items() if id in self.inside} == self.inside

    @invariant()
    def nobody_waits_while_there_is_room(self) -> None:
        """What is free is given at once."""
        assert not (self.waiting and self.board.offers())

    @invariant()
    def nobody_occupies_two_places(self) -> None:
        """A second confirmed place gives the first one back."""
        assert len(self.occupants()) == len(set(self.occupants()))


AnyOrder.TestCase.settings = settings(
    max_examples=250,
    stateful_step_count=40,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)


TestAnyOrder = AnyOrder.TestCase
"""SC-P1 to SC-P9: no place or seat twice, none leaked, capacity kept, waiting order respected."""
