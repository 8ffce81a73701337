"""One episode among commands, timers and news that come in any order, more than once, or too late."""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

from common.change import Ask, Change, Forget, Outcome, Refused, Remind, TimerFired
from common.contracts import family, scheduling, skills
from common.contracts import intake as said
from common.contracts.message import Contract, Message
from common.contracts.words import LevelOfCare, SkillModule, TransitionId
from intake.domain.episode import Episode
from intake.domain.transition import ENDINGS, Phase
from intake.doors.kafka import hears
from intake.doors.timers import timers
from rules.intake.episode_cases import NOON, RULES

HEARS, TIMERS = hears(RULES), timers(RULES)
CARRIED = {"module": SkillModule.MINDFULNESS, "lesson_index": 1, "lessons_taught": 1, "dit_session_index": 0}
GOOD: Mapping[str, tuple[type[Contract], dict[str, Any]]] = {
    "HoldPlace": (scheduling.PlaceHeld, {}),
    "ConfirmPlace": (scheduling.PlaceConfirmed, {}),
    "ReleasePlace": (scheduling.PlaceReleased, {}),
    "ArrangeTransitionMeeting": (family.AlternativeSupportPlanUsed, {"to_write": True}),
    "CancelTransitionMeeting": (family.TransitionMeetingCancelled, {}),
    "CarryCurriculum": (skills.CurriculumCarried, CARRIED),
    "UndoCarryCurriculum": (skills.CurriculumCarryUndone, {}),
}
"""What answers a command, when all goes well."""
BAD: Mapping[str, tuple[type[Contract], dict[str, Any]]] = {
    "HoldPlace": (scheduling.PlaceUnavailable, {"waiting": 1}),
    "ConfirmPlace": (scheduling.PlaceNotConfirmed, {"reason": "not-held"}),
    "CarryCurriculum": (skills.CurriculumNotCarried, {"reason": "not-enrolled"}),
}
"""What answers it otherwise."""
ONCE = frozenset({"effective", "held-too-long", "proposal-expiry", "proposal-deferred", "kept-place", "leave-starts"})
"""Timers that say nothing a second time; the others rely on the store, which lets each setting fire once."""


class World:
    """The episode, its timers, what it asked and what it said."""

    def __init__(self) -> None:
        self.now = NOON
        self.episode = Episode(id="p-1")
        self.timers: dict[str, Remind] = {}
        self.fired: list[Remind] = []
        self.asked: list[Contract] = []
        self.facts: list[Contract] = []

    def act(self, decide: Callable[[Episode], Iterable[Outcome]]) -> list[Contract] | None:
        """A command; the facts it led to, or None where it was refused. Said again at once it adds nothing."""
        try:
            told = self._take(list(decide(self.episode)))
        except Refused as refusal:
            assert refusal.code
            return None
        assert not self.said_again(decide)
        return told

    def said_again(self, decide: Callable[[Episode], Iterable[Outcome]]) -> list[Contract]:
        """The facts of the same decision, taken once more."""
        try:
            return [outcome for outcome in decide(self.episode) if isinstance(outcome, Contract)]
        except Refused:
            return []

    def hear(self, command: Contract, answers: Mapping[str, tuple[type[Contract], dict[str, Any]]]) -> None:
        """News from another service: this command's answer, whenever, however often."""
        kind, more = answers[type(command).__name__]
        about = {**command.model_dump(), "participant_id": self.episode.id, "at": self.now, **more}
        news = kind.model_validate(about)
        effects = HEARS[kind](self._message(news))
        changes = [effect for effect in effects if isinstance(effect, Change) and effect.kind is Episode]
        assert changes
        for change in changes:
            self._take(list(change.decide(self.episode)))
        for change in changes:
            assert not self.said_again(change.decide)

    def fire(self, timer: Remind) -> None:
        """A timer falls due; the clock is never behind it."""
        self.now = max(self.now, timer.due_at)
        if self.timers.get(timer.name) is timer:
            del self.timers[timer.name]
            self.fired.append(timer)
        due = TimerFired("episode", self.episode.id, timer.name, timer.due_at, self.now, timer.data)
        for change in TIMERS[timer.name](due):
            assert isinstance(change, Change)
            self._take(list(change.decide(self.episode)))
            assert timer.name not in ONCE or not self.said_again(change.decide)

    def pass_time(self, by: timedelta) -> None:
        """Time passes, and what falls due meanwhile, falls due."""
        until = self.now + by
        while due := [timer for timer in self.timers.values() if timer.due_at <= until]:
            self.fire(min(due, key=lambda timer: timer.due_at))
        self.now = until

    def _take(self, outcomes: list[Outcome]) -> list[Contract]:
        for outcome in outcomes:
            match outcome:
                case Remind():
                    self.timers[outcome.name] = outcome
                case Forget():
                    self.timers.pop(outcome.name, None)
                case Ask():
                    self.asked += [outcome.command] if type(outcome.command).__name__ in GOOD else []
                case Contract():
                    self._follow(outcome)
        return [outcome for outcome in outcomes if isinstance(outcome, Contract)]

    def _follow(self, fact: Contract) -> None:
        """The state after a fact, which must follow from what was true."""
        if isinstance(fact, said.LevelOfCareChanged):
            level = self.episode.level
            outside = level in (None, LevelOfCare.CLOSED)
            assert fact.from_level == (None if outside else level)
            assert fact.to_level != level
            assert fact.at <= self.now
        if isinstance(fact, said.EpisodeClosed):
            assert fact.from_level == self.episode.level
        self.facts.append(fact)
        self.episode = self.episode.after(fact)

    def open_transitions(self) -> set[TransitionId]:
        """Proposed, and not ended, by what was said."""
        told = [fact for fact in self.facts if isinstance(fact, said.TransitionEvent)]
        ended = {fact.transition_id for fact in told if isinstance(fact, ENDINGS)}
        return {fact.transition_id for fact in told if isinstance(fact, said.TransitionProposed)} - ended

    def come_to_an_end(self) -> None:
        """Everybody answers, everything falls due: how many turns until no transition is open."""
        for _ in range(60):
            if self.episode.transition is None:
                return
            self._one_turn()
        raise AssertionError(f"never ends: {self.episode.transition}")

    def _one_turn(self) -> None:
        transition = self.episode.transition
        assert transition is not None
        about = [command for command in self.asked if getattr(command, "transition_id", "") == transition.id]
        if transition.phase is Phase.COMPENSATING:
            undo = ("ReleasePlace", "CancelTransitionMeeting", "UndoCarryCurriculum")
            about = [command for command in about if type(command).__name__ in undo]
        elif not transition.waits_for():
            name = {Phase.PROPOSED: "proposal-expiry", Phase.READY: "effective"}.get(transition.phase, "held-too-long")
            return self.fire(self.timers[name])
        for command in about:
            self.hear(command, GOOD)
        return None

    def _message(self, news: Contract) -> Message[Any]:
        return Message(
            id=f"m-{len(self.facts)}",
            source="/throughline/other",
            topic=news.TOPIC,
            subject=self.episode.id,
            sequence=1,
            time=news.at,
            recorded_at=self.now,
            heard_at=self.now,
            correlation_id="",
            causation_id="",
            site="",
            data=news,
        )


def waits_for_something(world: World) -> bool:
    """Whether an open transition has a timer that will move it, or waits where waiting is right."""
    transition = world.episode.transition
    if transition is None:
        return True
    needed = {
        Phase.PROPOSED: "proposal-expiry",
        Phase.READY: "effective",
        Phase.HELD: "held-too-long",
    }.get(transition.phase, "step-deadline")
    regaining = transition.phase is Phase.HELD and transition.kind.value == "REOPENING"
    reason = transition.phase is not Phase.HELD or bool(transition.reason)
    return reason and (regaining or needed in world.timers)
