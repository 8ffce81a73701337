"""The policy looks at the evidence: emergency, then step up, then step down, else stay. People decide."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from common.contracts.intake import RuleOutcome
from common.contracts.words import Condition, Instrument, LevelOfCare
from intake.domain.case import Case, Result
from intake.domain.evidence import Evidence
from intake.domain.gates import GATES
from intake.domain.policy import ONE_UP, STEPS, Policy, StepLimits
from intake.domain.progress import PROGRESS, deteriorated, not_comparable
from intake.domain.triggers import REVIEWS, RISKS, attendance_fell

Answer = Literal["emergency", "step-up", "step-down-met", "stay"]

STEP_UP_RULES = frozenset({"U2", "U3", "U4", "U5", "U6"})
"""Each proposes a step up at every level; U1 only at some, U8-U10 never."""

WATCHED = frozenset({LevelOfCare.RESIDENTIAL, *ONE_UP, LevelOfCare.ALUMNI})
"""Levels at which the program answers for an emergency. In EXTERNAL_ACUTE others do."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One answer and every rule behind it; `to_level` stands where a change of level would be proposed.

    `evidence_hash` is equal only for equal evidence, standing, policy and results; it does not age.
    """

    answer: Answer
    to_level: LevelOfCare | None
    outcomes: tuple[RuleOutcome, ...]
    evidence_hash: str
    policy: str
    deteriorated: tuple[Instrument, ...] = ()
    """Scheduled measures that got reliably worse: one is enough to forbid a step down."""
    not_comparable: tuple[Instrument, ...] = ()
    """Scheduled measures of which nobody knows whether they did: unknown is never improvement."""


def evaluate(
    evidence: Evidence,
    policy: Policy,
    *,
    level: LevelOfCare,
    level_since: datetime,
    conditions: Iterable[Condition],
    now: datetime,
    tz: ZoneInfo,
    watch_until: datetime | None,
) -> Evaluation:
    """What the policy says at `now` of one participant at one level; `tz` is the program's zone.

    Source: program policy 1.0, principles P1, P2, P5, P7. The same input gives the same bytes.
    """
    return evaluated(
        Case(
            evidence=evidence,
            policy=policy,
            level=level,
            level_since=level_since.astimezone(UTC),
            conditions=tuple(sorted(set(conditions))),
            now=now.astimezone(UTC),
            tz=tz,
            watch_until=watch_until and watch_until.astimezone(UTC),
        )
    )


def evaluated(case: Case) -> Evaluation:
    """The same of a case."""
    triggers = _triggers(case)
    down = step_down_rules(case)
    answer, to_level = _answer(case, triggers, down)
    outcomes = (*triggers, *down)
    evaluation = Evaluation(answer, to_level, outcomes, _hash(case, answer, outcomes), case.policy.id)
    if not down:
        return evaluation
    known = _settled(case)
    return replace(evaluation, deteriorated=deteriorated(known), not_comparable=not_comparable(known))


def _triggers(case: Case) -> tuple[RuleOutcome, ...]:
    if case.level not in WATCHED:
        return ()
    if case.level is LevelOfCare.ALUMNI:
        return (RISKS[0](case),)
    risks = tuple(risk(case) for risk in RISKS)
    low, alone = attendance_fell(case, risks)
    return (*risks, low, *(review(case) for review in REVIEWS), alone)


def step_down_rules(case: Case) -> tuple[RuleOutcome, ...]:
    """Gates and progress rules of the step down from here; none where there is none."""
    if case.level not in STEPS:
        return ()
    settled, limits = _settled(case), _limits(case)
    return tuple(rule(settled, limits) for rule in (*GATES, *PROGRESS))


def _settled(case: Case) -> Case:
    """The case without evidence from the future; that may warn, but supports no step down."""
    tolerance = timedelta(minutes=case.policy.step_down.clock_tolerance_minutes)
    known = case.evidence.until(case.now + tolerance)
    return case if known is case.evidence else case.with_evidence(known)


def _limits(case: Case) -> StepLimits:
    return case.policy.step_down.steps[STEPS[case.level][0]]


def _answer(
    case: Case, triggers: tuple[RuleOutcome, ...], down: tuple[RuleOutcome, ...]
) -> tuple[Answer, LevelOfCare | None]:
    met = {o.rule for o in (*triggers, *down) if o.result == Result.MET}
    if "E1" in met:
        return "emergency", None
    up = met & STEP_UP_RULES or ("U1" in met and case.level in case.policy.step_up.moderate_screen_levels)
    if up:
        return ("step-up", ONE_UP[case.level]) if case.level in ONE_UP else ("stay", None)
    if down and _may_step_down(case, met):
        return "step-down-met", STEPS[case.level][1]
    return "stay", None


def _may_step_down(case: Case, met: set[str]) -> bool:
    gates = {f"G{n}" for n in range(1, len(GATES) + 1)}
    progress = {f"S{n}" for n in range(1, len(PROGRESS) + 1)}
    enough = len(met & progress) >= _limits(case).progress_rules
    if not (gates <= met and enough):
        return False
    known = _settled(case)
    return not deteriorated(known) and not not_comparable(known)


def _hash(case: Case, answer: Answer, outcomes: tuple[RuleOutcome, ...]) -> str:
    stands = {
        "answer": answer,
        "policy": case.policy.id,
        "level": case.level,
        "level_since": case.level_since.isoformat(),
        "watch_until": case.watch_until.isoformat() if case.watch_until else None,
        "conditions": case.conditions,
        "results": [(o.rule, o.result, o.event_ids) for o in outcomes],
        "evidence": case.evidence.model_dump_json(),
    }
    return hashlib.sha256(json.dumps(stands, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
