"""Risk: suicide screens, target behaviours, and the flags they raise at once; only a person clears one."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from common.change import Invalid, NotFound
from common.contracts.lessons import HistoricalRiskFound, TargetBehaviourSetAside
from common.contracts.measuring import RiskFlagReviewed
from common.contracts.message import Contract, Instant
from common.contracts.reports import cause_in_report
from common.contracts.skills import (
    RiskFlagCleared,
    RiskFlagRaised,
    SuicideScreenRecorded,
    TargetBehaviourRecorded,
    flag_id_of,
)
from common.contracts.words import FlagId, ParticipantId, RiskLevel, ScreenVersion, StaffId, TargetKind
from skills.domain.diary import Card
from skills.domain.measures import Administration

ALARMING_URGE = 4
"""Source: facts 5.3, diary."""
ENDORSED, STRONGLY_ENDORSED = 1, 2
"""PHQ-9 item 9. Source: facts 5.3."""
REVIEW_DAYS = 1
"""A MODERATE flag is reviewed by the next day. ASSUMED; facts 5.3 and trigger U1 ask for a review the same day."""


class Cause(NamedTuple):
    """What raises a flag: the rule, how high, and which thing in the world, in words that never change."""

    rule: str
    level: RiskLevel
    of: str
    matter: str = ""
    """What climbs a ladder for it already, where it is not the flag that does. Rule: SK-R19."""


class Screen(BaseModel):
    """A suicide screen: a level, never a sum."""

    model_config = ConfigDict(frozen=True)

    instrument: str
    version: ScreenVersion
    level: RiskLevel
    screened_at: Instant


class Target(BaseModel):
    """A target behaviour that happened."""

    model_config = ConfigDict(frozen=True)

    kind: TargetKind
    happened_at: Instant
    needed_medical_care: bool = False
    card_day: date | None = None
    """The day whose diary card tells of it."""


class Flag(BaseModel):
    """A risk flag; open until a person clears it."""

    model_config = ConfigDict(frozen=True)

    level: RiskLevel
    rule: str
    raised_at: Instant
    review_on: date | None = None
    cleared_by: StaffId | None = None
    matter: str = ""
    historical: bool = False
    """It was endorsed long ago: a person looks at it, and nobody is paged."""


def causes_of_card(card: Card) -> list[Cause]:
    """A suicidal act, an alarming urge, or self-harm. Rules: SK-D13, SK-R1, SK-R2."""
    found = []
    if card.suicide_urge is not None and card.suicide_urge >= ALARMING_URGE:
        found.append(Cause("SK-R1", RiskLevel.MODERATE, f"diary|{card.day}|suicide-urge"))
    if card.self_harm:
        found.append(Cause("SK-R2", RiskLevel.MODERATE, f"diary|{card.day}|self-harm"))
    if card.suicidal_act:
        found.insert(0, Cause("SK-D13", RiskLevel.HIGH, f"diary|{card.day}|suicidal-act"))
    return found


def causes_of_measure(measure: Administration) -> list[Cause]:
    """PHQ-9 item 9, endorsed at all or strongly. Rule: SK-R3."""
    item = measure.risk_item
    if item is None or item < ENDORSED:
        return []
    level = RiskLevel.MODERATE if item >= STRONGLY_ENDORSED else RiskLevel.LOW
    return [Cause("SK-R3", level, f"measure|{measure.measure_id}")]


def causes_of_screen(screen: Screen) -> list[Cause]:
    """A screen with the result HIGH or MODERATE. Rule: SK-R4."""
    if screen.level not in (RiskLevel.HIGH, RiskLevel.MODERATE):
        return []
    moment = screen.screened_at.astimezone(UTC).isoformat()
    return [Cause("SK-R4", screen.level, f"screen|{screen.instrument}|{screen.version}|{moment}|{screen.level}")]


def causes_of_target(target: Target) -> list[Cause]:
    """A suicidal act, or self-harm. Rule: SK-R5."""
    levels = {TargetKind.SUICIDAL_ACT: RiskLevel.HIGH, TargetKind.SELF_HARM: RiskLevel.MODERATE}
    level = levels.get(target.kind)
    moment = target.happened_at.astimezone(UTC).isoformat()
    return [Cause("SK-R5", level, f"target|{target.kind}|{moment}")] if level else []


def cause_of_report(report_id: str, level: RiskLevel, matter: str = "") -> Cause:
    """Danger that somebody outside reports, as high as they say. Rule: SK-R19."""
    return Cause("SK-R19", level, cause_in_report(report_id), matter)


class Risk(BaseModel):
    """Everything about danger. Nothing here is ever lowered by data, or by its absence."""

    model_config = ConfigDict(frozen=True)

    screens: tuple[Screen, ...] = ()
    targets: tuple[Target, ...] = ()
    flags: dict[FlagId, Flag] = {}

    def screen(self, participant_id: ParticipantId, new: Screen, by: StaffId) -> list[Contract]:
        """A screen counts once. Rule: SK-R9."""
        if new in self.screens:
            return []
        return [
            SuicideScreenRecorded(
                at=new.screened_at,
                participant_id=participant_id,
                instrument=new.instrument,
                version=new.version,
                level=new.level,
                clinician=by,
            )
        ]

    def target(self, participant_id: ParticipantId, new: Target) -> list[Contract]:
        """An act counts once; that it needed medical care after all is said again. Rule: SK-T1."""
        with_care = new.model_copy(update={"needed_medical_care": True})
        if new in self.targets or with_care in self.targets:
            return []
        return [
            TargetBehaviourRecorded(
                at=new.happened_at,
                participant_id=participant_id,
                kind=new.kind,
                needed_medical_care=new.needed_medical_care,
            )
        ]

    def act_of_card(self, participant_id: ParticipantId, card: Card, told_at: datetime, zone: tzinfo) -> list[Contract]:
        """A suicidal act the standing card tells of is a target behaviour, once; a no takes it back. Rule: SK-D15.

        It happened when it was told of, at the latest when its day ended in `zone`. No answer is no no.
        """
        held = next((one for one in self.targets if one.card_day == card.day), None)
        kind = TargetKind.SUICIDAL_ACT
        if card.suicidal_act and held is None:
            days = (one.happened_at.astimezone(zone).date() for one in self.targets if one.kind is kind)
            if card.day in days:
                return []
            at = min(told_at, datetime.combine(card.day, time.max, zone))
            return [TargetBehaviourRecorded(at=at, participant_id=participant_id, kind=kind, card_day=card.day)]
        if card.suicidal_act is False and held is not None:
            about = {"kind": kind, "happened_at": held.happened_at, "card_day": card.day}
            return [TargetBehaviourSetAside(at=told_at, participant_id=participant_id, **about)]
        return []

    def look_back(
        self, participant_id: ParticipantId, cause: Cause, measured_at: datetime, now: datetime
    ) -> list[Contract]:
        """What was endorsed long ago is put before a person, once; it is no flag of today. Rule: SK-R20."""
        flag_id = flag_id_of(participant_id, cause.of)
        if flag_id in self.flags:
            return []
        return [
            HistoricalRiskFound(
                at=now,
                participant_id=participant_id,
                flag_id=flag_id,
                measured_at=measured_at,
                level=cause.level,
                rule=cause.rule,
                review_on=(now.astimezone(UTC) + timedelta(days=REVIEW_DAYS)).date(),
            )
        ]

    def raise_for(self, participant_id: ParticipantId, causes: Iterable[Cause], now: datetime) -> list[Contract]:
        """A flag for each cause that has raised none yet, open or cleared. Rule: SK-R6."""
        return [one for cause in causes for one in self.raise_flag(participant_id, cause, now, review_on=None)]

    def raise_flag(
        self, participant_id: ParticipantId, cause: Cause, now: datetime, review_on: date | None
    ) -> list[Contract]:
        """One flag, at once; a MODERATE one always has a review date. Rules: SK-R6, SK-R8."""
        if cause.level is RiskLevel.NONE:
            raise Invalid("flag-without-risk", "a flag is LOW, MODERATE or HIGH")
        flag_id = flag_id_of(participant_id, cause.of)
        if flag_id in self.flags:
            return []
        if cause.level is RiskLevel.MODERATE and review_on is None:
            review_on = (now.astimezone(UTC) + timedelta(days=REVIEW_DAYS)).date()
        return [
            RiskFlagRaised(
                at=now,
                participant_id=participant_id,
                flag_id=flag_id,
                level=cause.level,
                rule=cause.rule,
                review_on=review_on,
                matter=cause.matter,
            )
        ]

    def clear(self, participant_id: ParticipantId, flag_id: FlagId, by: StaffId, now: datetime) -> list[Contract]:
        """A person clears a flag, once; raises NotFound `flag-unknown`. Rule: SK-R7."""
        flag = self.flags.get(flag_id)
        if flag is None:
            raise NotFound("flag-unknown", "this participant has no flag of this id")
        if flag.cleared_by is not None:
            return []
        about = {"participant_id": participant_id, "flag_id": flag_id, "matter": flag.matter}
        return [RiskFlagCleared(at=now, **about, cleared_by=by)]

    def after(self, fact: Contract) -> "Risk":
        """What is known about danger once `fact` is true."""
        match fact:
            case SuicideScreenRecorded():
                screen = Screen(instrument=fact.instrument, version=fact.version, level=fact.level, screened_at=fact.at)
                return self.model_copy(update={"screens": (*self.screens, screen)})
            case TargetBehaviourRecorded():
                target = Target(
                    kind=fact.kind,
                    happened_at=fact.at,
                    needed_medical_care=fact.needed_medical_care,
                    card_day=fact.card_day,
                )
                return self.model_copy(update={"targets": (*self.targets, target)})
            case TargetBehaviourSetAside():
                left = tuple(one for one in self.targets if one.card_day != fact.card_day)
                return self.model_copy(update={"targets": left})
            case HistoricalRiskFound():
                about = {"raised_at": fact.at, "review_on": fact.review_on, "historical": True}
                return self._with(fact.flag_id, Flag(level=fact.level, rule=fact.rule, **about))
            case RiskFlagRaised():
                about = {"raised_at": fact.at, "review_on": fact.review_on, "matter": fact.matter}
                return self._with(fact.flag_id, Flag(level=fact.level, rule=fact.rule, **about))
            case RiskFlagReviewed():
                flag = self.flags[fact.flag_id]
                return self._with(fact.flag_id, flag.model_copy(update={"review_on": fact.review_on}))
            case RiskFlagCleared():
                held = self.flags[fact.flag_id]
                return self._with(fact.flag_id, held.model_copy(update={"cleared_by": fact.cleared_by}))
        return self

    def _with(self, flag_id: FlagId, flag: Flag) -> "Risk":
        return self.model_copy(update={"flags": {**self.flags, flag_id: flag}})
