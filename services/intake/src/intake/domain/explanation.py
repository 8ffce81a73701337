"""Why the policy answers as it does about one participant now: everything a reviewer needs to judge it.

Source: program policy 1.0, principle P5; facts 2.7. The same episode, rules and instant give the same bytes.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from common.contracts.intake import RuleOutcome
from common.contracts.words import Condition, Instrument, LevelOfCare, ParticipantId
from intake.domain.asks import OF_RULE, tasks_of
from intake.domain.case import Result
from intake.domain.episode import Episode, Rules, Status
from intake.domain.evaluation import Evaluation, evaluated
from intake.domain.evidence import Evidence
from intake.domain.item import Utc
from intake.domain.loc_opinions import Stands, asking_for_more, standing
from intake.domain.policy import STEPS
from intake.domain.review import case_of
from intake.domain.rule_texts import ASKS
from intake.domain.tasks import Task
from intake.domain.waiting import rests_until, step_down_waits

NOT_IN_CARE = "not-in-care"
PARTS = {"E": "emergency", "U": "step-up", "G": "gate", "S": "progress"}
"""What kind of rule an id is of, by its letter."""


class _Shown(BaseModel):
    model_config = ConfigDict(frozen=True)


class Event(_Shown):
    """One piece of evidence a rule rests on: the id of the message that brought it, and when it was true."""

    event_id: str
    kind: str
    at: Utc


class Rule(_Shown):
    """One rule as it was applied: MET, NOT_MET or UNKNOWN."""

    rule: str
    part: str
    asks: str
    result: str
    value: str = ""
    limit: str = ""
    missing: str = ""
    events: tuple[Event, ...] = ()


class Opinion(_Shown):
    """What somebody outside the policy thinks now; `asks_for_more` than what is open, or would be proposed."""

    opinion_id: str
    tool: str
    level: LevelOfCare
    composite: int | None
    rater: str
    at: Utc
    asks_for_more: bool


class StepDownCount(_Shown):
    """How far a step down is: gates (all), progress rules (enough), measures that got worse or cannot be
    compared (none)."""

    to_level: LevelOfCare
    gates_met: int
    gates: int
    progress_met: int
    progress: int
    progress_needed: int
    deteriorated: tuple[Instrument, ...]
    not_comparable: tuple[Instrument, ...]


class Explanation(_Shown):
    """One answer of the policy with everything behind it; `content_hash` is over all the rest."""

    participant_id: ParticipantId
    at: Utc
    policy: str
    level: LevelOfCare | None
    level_since: Utc | None
    conditions: tuple[Condition, ...]
    answer: str
    to_level: LevelOfCare | None = None
    says: str
    step_down: StepDownCount | None = None
    met_since: Utc | None = None
    waits_until: dict[str, Utc] = {}
    on_leave: bool = False
    open_transition: str = ""
    watch_until: Utc | None = None
    reviews: tuple[Task, ...] = ()
    collect: tuple[Task, ...] = ()
    rules: tuple[Rule, ...] = ()
    opinions: tuple[Opinion, ...] = ()
    evidence_hash: str = ""
    content_hash: str = ""


def explain(episode: Episode, rules: Rules, at: datetime) -> Explanation:
    """What the policy says of this episode at `at`, whether or not it has said so already. Rule: IN-P1."""
    case = case_of(episode, rules, at)
    if case is None:
        return _sealed(_standing(episode, rules, at, NOT_IN_CARE, "No level of care is active; no rule is asked."))
    evaluation = evaluated(case)
    count, tasks = _count(evaluation, episode, rules), tasks_of(episode, case, evaluation)
    shown = _standing(episode, rules, at, evaluation.answer, _sentence(evaluation, count))
    behind = {
        "to_level": evaluation.to_level,
        "step_down": count,
        "waits_until": _waits(episode, evaluation, rules, at),
        "reviews": tasks.reviews,
        "collect": tasks.collect,
        "rules": _rules(evaluation.outcomes, episode.evidence),
        "opinions": _opinions(episode, evaluation, rules, at),
        "evidence_hash": evaluation.evidence_hash,
    }
    return _sealed(shown.model_copy(update=behind))


def _standing(episode: Episode, rules: Rules, at: datetime, answer: str, says: str) -> Explanation:
    return Explanation(
        participant_id=episode.participant_id,
        at=at,
        policy=rules.policy.id,
        level=episode.level,
        level_since=episode.level_since,
        conditions=tuple(sorted(set(episode.conditions))),
        answer=answer,
        says=says,
        met_since=episode.met_since,
        on_leave=episode.status is Status.ON_LEAVE or episode.away.missing_since is not None,
        open_transition=episode.transition.id if episode.transition else "",
        watch_until=episode.watch_until(rules),
    )


def _sealed(shown: Explanation) -> Explanation:
    content = shown.model_dump_json(exclude={"content_hash"})
    return shown.model_copy(update={"content_hash": hashlib.sha256(content.encode()).hexdigest()})


def _count(evaluation: Evaluation, episode: Episode, rules: Rules) -> StepDownCount | None:
    if episode.level not in STEPS:
        return None
    step, to_level = STEPS[episode.level]
    asked = {part: [o for o in evaluation.outcomes if o.rule.startswith(part)] for part in "GS"}
    met = {part: sum(o.result == Result.MET for o in of_part) for part, of_part in asked.items()}
    return StepDownCount(
        to_level=to_level,
        gates_met=met["G"],
        gates=len(asked["G"]),
        progress_met=met["S"],
        progress=len(asked["S"]),
        progress_needed=rules.policy.step_down.steps[step].progress_rules,
        deteriorated=evaluation.deteriorated,
        not_comparable=evaluation.not_comparable,
    )


def _sentence(evaluation: Evaluation, count: StepDownCount | None) -> str:
    """The answer in words, and what it comes from."""
    named = {result: _named(evaluation.outcomes, result) for result in Result}
    match evaluation.answer:
        case "emergency":
            return "Emergency (E1): evaluate now; the level of care follows what is found."
        case "step-up":
            return f"A step up to {evaluation.to_level} is proposed at once: {', '.join(named[Result.MET]['U'])}."
        case "step-down-met":
            assert count is not None
            return f"A step down to {evaluation.to_level} is met: {_progress(count)}."
    if up := [rule for rule in named[Result.MET]["U"] if rule not in OF_RULE]:
        return f"Stay: {', '.join(up)} met, which a person reviews."
    if count is None:
        return "Stay: no rule asks for another level."
    closed = [f"{', '.join(named[r]['G'])} {word}" for r, word in CLOSED.items() if named[r]["G"]]
    gates = f"gates {'; '.join(closed)}" if closed else "all gates met"
    return f"Stay: {gates}; {_progress(count)}."


CLOSED = {Result.NOT_MET: "not met", Result.UNKNOWN: "unknown"}


def _progress(count: StepDownCount) -> str:
    worse = f", but {', '.join(count.deteriorated)} got reliably worse" if count.deteriorated else ""
    lacking = f", and {', '.join(count.not_comparable)} cannot be compared" if count.not_comparable else ""
    return f"progress {count.progress_met} of {count.progress}, {count.progress_needed} needed{worse}{lacking}"


def _named(outcomes: Iterable[RuleOutcome], result: Result) -> Mapping[str, list[str]]:
    found = [o.rule for o in outcomes if o.result == result]
    return {part: [rule for rule in found if rule.startswith(part)] for part in PARTS}


def _waits(episode: Episode, evaluation: Evaluation, rules: Rules, at: datetime) -> dict[str, datetime]:
    """Until when nothing would be proposed, and why; no such wait holds up an emergency."""
    steps = (episode.stepped_down_at, episode.stepped_up_at)
    met = evaluation.answer == "step-down-met"
    met_since = (episode.met_since or at) if met else None
    waits = dict(step_down_waits(met_since, at, rules.policy, rules.zone, *steps))
    for kind, refused_at in sorted(episode.refused.items()):
        until = rests_until(kind, refused_at, rules.policy.process)
        waits |= {f"refused-{kind.lower().replace('_', '-')}": until} if until > at else {}
    return waits


def _opinions(episode: Episode, evaluation: Evaluation, rules: Rules, at: datetime) -> tuple[Opinion, ...]:
    """The opinions that count, beside what is open or what the policy would propose. Rule: IN-O2."""
    to_level = episode.transition.to_level if episode.transition else evaluation.to_level
    more = asking_for_more(episode.evidence, to_level, rules, at) if to_level else ()
    counting = [one for one, how in standing(episode.evidence, rules, at).items() if how is Stands.COUNTS]
    return tuple(Opinion(**one.model_dump(exclude=OF_EVENT), asks_for_more=one in more) for one in counting)


OF_EVENT = {"event_id", "kind", "revision", "void"}


def _rules(outcomes: Iterable[RuleOutcome], evidence: Evidence) -> tuple[Rule, ...]:
    events = _events(evidence)
    return tuple(_rule(one, events) for one in outcomes)


def _rule(one: RuleOutcome, events: Mapping[str, Event]) -> Rule:
    return Rule(
        rule=one.rule,
        part=PARTS[one.rule[0]],
        asks=ASKS[one.rule],
        result=one.result,
        value=one.value,
        limit=one.limit,
        missing=one.missing,
        events=tuple(events[id] for id in one.event_ids),
    )


def _events(evidence: Evidence) -> Mapping[str, Event]:
    items = [item for _, some in evidence for item in some]
    return {item.event_id: Event(event_id=item.event_id, kind=item.kind, at=item.at) for item in items}
