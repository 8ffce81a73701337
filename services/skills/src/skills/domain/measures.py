"""Outcome measures: what a score may be, which band it falls in, and what is recorded once."""

from datetime import UTC, datetime
from uuid import UUID, uuid5

from pydantic import BaseModel, ConfigDict

from common.change import Invalid, NotFound
from common.contracts.intake import BaselineScore
from common.contracts.message import Contract, Instant
from common.contracts.skills import MeasureRecorded, MeasureVoided
from common.contracts.words import Instrument, ParticipantId, StaffId
from skills.domain.forms import Forms

BASELINES = UUID("1c3ab1d6-6f0c-5b0e-8d5b-0f5b6f2a4c01")
"""Namespace of the ids of measures that came with a referral."""


def check(forms: Forms, instrument: Instrument, score: float, risk_item: int | None) -> None:
    """Raise Invalid where the score or the risk item cannot be. Rule: SK-M1."""
    form = forms[instrument]
    if not form.lowest <= score <= form.highest:
        raise Invalid("score-out-of-range", f"{instrument} is from {form.lowest:g} to {form.highest:g}")
    if risk_item is None:
        return
    if instrument is not Instrument.PHQ9:
        raise Invalid("risk-item-not-asked", "only PHQ9 has a risk item here")
    if not 0 <= risk_item <= min(form.answers[1], score):
        raise Invalid("risk-item-out-of-range", f"PHQ9 item 9 is from 0 to {form.answers[1]}, and part of the score")


class Administration(BaseModel):
    """One administration of an instrument."""

    model_config = ConfigDict(frozen=True)

    measure_id: str
    instrument: Instrument
    score: float
    administered_at: Instant
    risk_item: int | None = None


class Recorded(BaseModel):
    """An administration as it stands."""

    model_config = ConfigDict(frozen=True)

    administration: Administration
    band: str
    void: bool = False


def baseline_of(participant_id: ParticipantId, score: BaselineScore) -> Administration:
    """A measure of a referral as an administration; the same one always has the same id. Rule: SK-M4."""
    at = score.administered_at.astimezone(UTC)
    return Administration(
        measure_id=str(uuid5(BASELINES, f"{participant_id}|{score.instrument}|{score.score}|{at.isoformat()}")),
        instrument=score.instrument,
        score=score.score,
        administered_at=at,
    )


class Measures(BaseModel):
    """Every administration, by its id."""

    model_config = ConfigDict(frozen=True)

    recorded: dict[str, Recorded] = {}

    def record(self, participant_id: ParticipantId, new: Administration, forms: Forms) -> list[Contract]:
        """Recorded once by its id; raises Invalid for what cannot be. Rules: SK-M1, SK-M2, SK-M3."""
        check(forms, new.instrument, new.score, new.risk_item)
        if new.measure_id in self.recorded:
            return []
        return [
            MeasureRecorded(
                at=new.administered_at,
                participant_id=participant_id,
                measure_id=new.measure_id,
                instrument=new.instrument,
                score=new.score,
                band=forms[new.instrument].band_of(new.score),
                risk_item=new.risk_item,
            )
        ]

    def void(self, participant_id: ParticipantId, measure_id: str, by: StaffId, at: datetime) -> list[Contract]:
        """It does not count after all; raises NotFound `measure-unknown`. Rule: SK-M5."""
        held = self.recorded.get(measure_id)
        if held is None:
            raise NotFound("measure-unknown", "this participant has no measure of this id")
        if held.void:
            return []
        return [MeasureVoided(at=at, participant_id=participant_id, measure_id=measure_id, voided_by=by)]

    def latest(self) -> dict[Instrument, Recorded]:
        """The last administration of each instrument that counts."""
        valid = [one for one in self.recorded.values() if not one.void]
        by_time = sorted(valid, key=lambda one: one.administration.administered_at)
        return {one.administration.instrument: one for one in by_time}

    def after(self, fact: Contract) -> "Measures":
        """The measures once `fact` is true."""
        match fact:
            case MeasureRecorded():
                one = Administration(
                    measure_id=fact.measure_id,
                    instrument=fact.instrument,
                    score=fact.score,
                    administered_at=fact.at,
                    risk_item=fact.risk_item,
                )
                return self._with(fact.measure_id, Recorded(administration=one, band=fact.band))
            case MeasureVoided() if fact.measure_id in self.recorded:
                held = self.recorded[fact.measure_id]
                return self._with(fact.measure_id, held.model_copy(update={"void": True}))
        return self

    def _with(self, measure_id: str, one: Recorded) -> "Measures":
        return Measures(recorded={**self.recorded, measure_id: one})
