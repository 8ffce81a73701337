"""An episode brought to a certain point by the facts its own decisions gave, and what a decision answered."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

import intake
from common.change import Ask, Outcome, Remind
from common.contracts.message import Contract
from common.contracts.words import (
    EpisodeId,
    LevelOfCare,
    ReferralId,
    Role,
    StaffId,
    TransitionId,
)
from intake.domain import lifecycle, moves, signing
from intake.domain.care_rules import CareRules
from intake.domain.episode import Episode, Rules
from intake.domain.policy import Policy
from intake.domain.transition import Step

POLICY = Policy.from_mapping(yaml.safe_load((Path(intake.__file__).parent / "policy.yaml").read_text()))
CARE = CareRules.from_mapping(yaml.safe_load((Path(intake.__file__).parent / "care.yaml").read_text()))
RULES = Rules(policy=POLICY, care=CARE, zone=ZoneInfo("America/New_York"))
PROCESS = POLICY.process
NOON = datetime(2026, 6, 1, 16, tzinfo=UTC)
"""Monday 1 June 2026, noon in New York."""
MIDNIGHT = datetime(2026, 6, 2, 4, tzinfo=UTC)
CLINICIAN, MEDICAL = frozenset({Role.CLINICIAN}), frozenset({Role.MEDICAL})
T = TransitionId("t-1")
HOUR = timedelta(hours=1)


def apply(episode: Episode, outcomes: Iterable[Outcome]) -> Episode:
    """The episode after the facts among the outcomes."""
    for outcome in outcomes:
        if isinstance(outcome, Contract):
            episode = episode.after(outcome)
    return episode


def facts(outcomes: Iterable[Outcome]) -> list[str]:
    """The names of the facts said, in order."""
    return [type(outcome).__name__ for outcome in outcomes if isinstance(outcome, Contract)]


def asked(outcomes: Iterable[Outcome]) -> list[str]:
    """The names of the commands asked, in order."""
    return [type(outcome.command).__name__ for outcome in outcomes if isinstance(outcome, Ask)]


def reminded(outcomes: Iterable[Outcome]) -> dict[str, datetime]:
    """The timers set, by name."""
    return {outcome.name: outcome.due_at for outcome in outcomes if isinstance(outcome, Remind)}


def only(outcomes: Iterable[Outcome], kind: type[Any]) -> Any:
    """The one fact or command of a kind."""
    said = [o.command if isinstance(o, Ask) else o for o in outcomes]
    (found,) = (one for one in said if isinstance(one, kind))
    return found


def opened() -> Episode:
    """An episode that is open, before any level."""
    return apply(
        Episode(id="p-1"),
        lifecycle.open_episode(
            Episode(id="p-1"), EpisodeId("e-1"), ReferralId("r-1"), StaffId("th-1"), (), (), NOON - 30 * 24 * HOUR
        ),
    )


def at_level(level: LevelOfCare) -> Episode:
    """In care at a level for thirty days, with no transition open."""
    entry = TransitionId("t-0")
    episode, when = opened(), NOON - 30 * 24 * HOUR
    start = level if level in signing.INTO_CARE else LevelOfCare.RESIDENTIAL
    episode = apply(episode, lifecycle.admit(episode, entry, start, StaffId("c-1"), CLINICIAN, RULES, when))
    episode = apply(episode, moves.step_done(episode, entry, Step.PLACE, "g", RULES, when))
    episode = apply(episode, moves.change_level(episode, entry, PROCESS, when))
    assert episode.transition is None
    return episode.model_copy(update={"level": level})


def proposed(from_level: LevelOfCare, to_level: LevelOfCare) -> Episode:
    """With a transition that the policy proposed and nobody signed."""
    episode = at_level(from_level)
    kind = signing.kind_of(from_level, to_level)
    proposal = signing.proposal(episode, T, kind, to_level, "policy 1.0+test", POLICY, NOON)
    return apply(episode, [proposal])


def approved(from_level: LevelOfCare = LevelOfCare.PHP, to_level: LevelOfCare = LevelOfCare.IOP) -> Episode:
    """With a transition that everybody signed; the place has been asked for."""
    episode = proposed(from_level, to_level)
    return apply(episode, signing.sign(episode, T, StaffId("c-1"), CLINICIAN, RULES, NOON))


def having(episode: Episode, *steps: Step, at: datetime = NOON) -> Episode:
    """With these steps answered well."""
    for step in steps:
        episode = apply(episode, moves.step_done(episode, T, step, "", RULES, at))
    return episode


def ready() -> Episode:
    """Prepared, waiting for midnight."""
    return having(approved(), Step.PLACE, Step.FAMILY, Step.SKILLS)


def confirming() -> Episode:
    """The effective instant has come."""
    episode = ready()
    return apply(episode, moves.take_effect(episode, T, RULES, MIDNIGHT))


def twice(decide: Callable[[Episode], list[Outcome]], episode: Episode) -> list[Outcome]:
    """What the same decision answers the second time."""
    return decide(apply(episode, decide(episode)))
