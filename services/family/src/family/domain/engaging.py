"""What is agreed with one supporter and done with them: the plan, modules, validation, misconceptions."""

from collections.abc import Collection
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from common.change import Invalid, NotFound, Refused
from common.contracts.message import Contract
from common.contracts.network import (
    EngagementPlanAgreed,
    EngagementPlanEnded,
    FamilyModuleTaught,
    MisconceptionAddressed,
    MisconceptionObserved,
    MisconceptionRechecked,
    ValidationPractised,
)
from common.contracts.supporting import FamilyKnowledgeChecked
from common.contracts.words import ParticipantId, StaffId, SupporterId
from family.domain.engagement import MisconceptionState, knowledge_key
from family.domain.network import SupportNetwork
from family.domain.program import LEVELS, Program

MOST_FELT = 10
"""How a try felt to the participant: 0 to 10. Source: facts 6.3."""


ALL_OF_IT = 100
"""Percent."""


class Checked(BaseModel):
    """A knowledge check: of which module, before or after it, and how much of it they knew, in percent."""

    model_config = ConfigDict(frozen=True)

    module: str
    after: bool
    percent: int


class Wanted(BaseModel):
    """What a plan is to say, in codes of the program."""

    model_config = ConfigDict(frozen=True)

    session_types: tuple[str, ...]
    goals: tuple[str, ...]
    barriers: tuple[str, ...] = ()
    readiness: str
    agreed_with_supporter: bool


def agree_plan(
    network: SupportNetwork, who: SupporterId, wanted: Wanted, program: Program, by: StaffId, at: datetime
) -> list[Contract]:
    """How this supporter takes part, and what for; the same again is nothing new. Rule: FA-E1.

    Raises NotFound for a supporter nobody named, Invalid for a code the program does not have.
    """
    network.must_know(who)
    must_be("session-type", wanted.session_types, program.sessions)
    must_be("goal", wanted.goals, program.goals)
    must_be("barrier", wanted.barriers, program.barriers)
    must_be("readiness", (wanted.readiness,), program.readiness)
    before = network.engagement.of(who).plan
    if before and before.active and all(getattr(before, field) == value for field, value in wanted):
        return []
    about = _about(network, who, at)
    version = before.version + 1 if before else 1
    return [EngagementPlanAgreed.model_validate({**about, **dict(wanted), "version": version, "recorded_by": by})]


def end_plan(network: SupportNetwork, who: SupporterId, reason: str, by: StaffId, at: datetime) -> list[Contract]:
    """They take part no longer; said twice, it ends once. Rule: FA-E1."""
    plan = network.engagement.of(who).plan
    if plan is None or not plan.active:
        return []
    return [EngagementPlanEnded.model_validate({**_about(network, who, at), "reason": reason, "recorded_by": by})]


def teach_module(
    network: SupportNetwork, who: SupporterId, module: str, program: Program, by: StaffId, at: datetime
) -> list[Contract]:
    """A module reached this supporter, once. Rule: FA-E3. Raises NotFound or Invalid."""
    network.must_know(who)
    must_be("module", (module,), program.modules())
    if module in network.engagement.of(who).modules:
        return []
    return [FamilyModuleTaught.model_validate({**_about(network, who, at), "module": module, "taught_by": by})]


def check_knowledge(
    network: SupportNetwork,
    who: SupporterId,
    checked: Checked,
    program: Program,
    by: StaffId,
    at: datetime,
) -> list[Contract]:
    """How much of a module they know, before it and after it; the same again is nothing new. Rule: FA-E10.

    Raises NotFound, Invalid, or Refused for `after` a module that nobody taught them yet.
    """
    network.must_know(who)
    must_be("module", (checked.module,), program.modules())
    if not 0 <= checked.percent <= ALL_OF_IT:
        raise Invalid("percent-out-of-range", f"knowledge is said in percent, 0 to {ALL_OF_IT}")
    work = network.engagement.of(who)
    if checked.after and checked.module not in work.modules:
        raise Refused("not-taught-yet", "nobody has taught them this module yet")
    if work.knowledge.get(knowledge_key(checked.module, after=checked.after)) == checked.percent:
        return []
    return [FamilyKnowledgeChecked.model_validate({**_about(network, who, at), **dict(checked), "recorded_by": by})]


def practise_validation(
    network: SupportNetwork, who: SupporterId, level: int, felt: int | None, at: datetime
) -> list[Contract]:
    """A supporter tried to validate; nobody has to say how it felt. Rule: FA-E5. Raises NotFound or Invalid."""
    network.must_know(who)
    if level not in LEVELS:
        raise Invalid("validation-level-unknown", "a level of validation is 1 to 6")
    if felt is not None and not 0 <= felt <= MOST_FELT:
        raise Invalid("felt-out-of-range", f"how it felt is said from 0 to {MOST_FELT}")
    return [ValidationPractised.model_validate({**_about(network, who, at), "level": level, "felt": felt})]


def observe_misconception(
    network: SupportNetwork, who: SupporterId, code: str, program: Program, by: StaffId, at: datetime
) -> list[Contract]:
    """Something a supporter believes stands in the way; said twice, noted once. Rule: FA-E6."""
    network.must_know(who)
    must_be("misconception", (code,), program.misconceptions)
    if network.engagement.of(who).misconceptions.get(code) in (
        MisconceptionState.OBSERVED,
        MisconceptionState.ADDRESSED,
    ):
        return []
    about = {**_about(network, who, at), "misconception": code, "recorded_by": by}
    return [MisconceptionObserved.model_validate(about)]


def address_misconception(
    network: SupportNetwork, who: SupporterId, code: str, module: str, program: Program, by: StaffId, at: datetime
) -> list[Contract]:
    """A module took it up. Rule: FA-E6. Raises NotFound where it was not observed, Invalid for no module."""
    must_be("module", (module,), program.modules())
    if _state_of(network, who, code) is not MisconceptionState.OBSERVED:
        return []
    about = {**_about(network, who, at), "misconception": code, "recorded_by": by, "module": module}
    return [MisconceptionAddressed.model_validate(about)]


def recheck_misconception(
    network: SupportNetwork, who: SupporterId, code: str, improved: bool, by: StaffId, at: datetime
) -> list[Contract]:
    """It changed, or is to be taken up again. Rule: FA-E6. Raises Refused before a module took it up."""
    state = _state_of(network, who, code)
    if state is MisconceptionState.IMPROVED:
        return []
    if state is MisconceptionState.OBSERVED:
        raise Refused("not-addressed-yet", "a misconception is looked at again once a module took it up")
    about = {**_about(network, who, at), "misconception": code, "recorded_by": by, "improved": improved}
    return [MisconceptionRechecked.model_validate(about)]


def _state_of(network: SupportNetwork, who: SupporterId, code: str) -> MisconceptionState:
    known = network.engagement.of(who).misconceptions.get(code)
    if known is None:
        raise NotFound("no-such-misconception", "nobody observed this of this supporter")
    return known


def must_be(what: str, codes: Collection[str], known: Collection[str]) -> None:
    """Raise Invalid for a code that the family program does not have, without saying it again: it may be a name."""
    if any(code not in known for code in codes):
        raise Invalid(f"unknown-{what}", f"the family program knows: {', '.join(known)}")


def _about(network: SupportNetwork, who: SupporterId, at: datetime) -> dict[str, object]:
    return {"at": at, "participant_id": ParticipantId(network.id), "supporter_id": who}
