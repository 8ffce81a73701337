"""Forms as people filled them in: item by item, scored, and never read as an answer where there is none."""

from collections.abc import Iterable
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from common.change import Invalid, NotFound
from common.contracts.measuring import AnswersTaken, InstrumentScored, RiskItemUnanswered, SubscaleScore
from common.contracts.message import Contract, Instant
from common.contracts.skills import MeasureVoided
from common.contracts.words import Instrument, ParticipantId, StaffId
from skills.domain.forms import Form, Forms
from skills.domain.measures import Administration
from skills.domain.risk import Cause
from skills.domain.scoring import DECIMALS, Scored, endorsed, score_of

PHQ9_RISK_ITEM = 9
"""Source: facts 5.2."""


class Filled(BaseModel):
    """One form as it was filled in: its answers, or only its total where nobody has the answers."""

    model_config = ConfigDict(frozen=True)

    measure_id: str
    instrument: str
    administered_at: Instant
    answers: tuple[float | None, ...] = ()
    not_applicable: tuple[int, ...] = ()
    total: float | None = None


class Taken(BaseModel):
    """What came of one filled-in form; no score: too many answers are missing."""

    model_config = ConfigDict(frozen=True)

    instrument: str
    administered_at: Instant
    score: float | None
    band: str
    void: bool = False


def form_of(filled: Filled, forms: Forms) -> Form:
    """The form it was; raises Invalid `instrument-unknown`."""
    if filled.instrument not in forms:
        raise Invalid("instrument-unknown", "the program has no instrument of this code")
    return forms[filled.instrument]


def causes_of_answers(filled: Filled, forms: Forms) -> list[Cause]:
    """Danger that items speak of, whether the whole form can be scored or not. Rules: SK-R3, SK-R10."""
    if not filled.answers:
        return []
    found = endorsed(form_of(filled, forms), filled.answers)
    if filled.instrument == Instrument.PHQ9:
        return [Cause(risk.rule, risk.level, f"measure|{filled.measure_id}") for risk in found]
    return [Cause(risk.rule, risk.level, f"measure|{filled.measure_id}|{risk.item}") for risk in found]


def administration_of(said: Iterable[Contract]) -> Administration | None:
    """What the transition policy may read of answers just taken: a score, of an instrument it knows."""
    taken = next((fact for fact in said if isinstance(fact, AnswersTaken)), None)
    if taken is None or taken.score is None or taken.instrument not in set(Instrument):
        return None
    instrument = Instrument(taken.instrument)
    risk_item = taken.answers[PHQ9_RISK_ITEM - 1] if instrument is Instrument.PHQ9 else None
    return Administration(
        measure_id=taken.measure_id,
        instrument=instrument,
        score=taken.score,
        administered_at=taken.at,
        risk_item=None if risk_item is None else int(risk_item),
    )


class Answers(BaseModel):
    """Every form filled in, by the id of its administration; their answers themselves stay in the read model."""

    model_config = ConfigDict(frozen=True)

    taken: dict[str, Taken] = {}

    def take(self, participant_id: ParticipantId, filled: Filled, forms: Forms) -> list[Contract]:
        """Taken once by its id; raises Invalid for what cannot be. Rules: SK-M6 to SK-M9."""
        form = form_of(filled, forms)
        if filled.measure_id in self.taken:
            return []
        if not filled.answers:
            return [self._total(participant_id, filled, form)]
        scored = score_of(form, filled.answers, filled.not_applicable)
        said: list[Contract] = [_answers(participant_id, filled, form, scored)]
        if scored.score is not None and filled.instrument not in set(Instrument):
            said.append(_scored(participant_id, filled, scored.score, scored.band))
        return said + [
            RiskItemUnanswered(
                at=filled.administered_at,
                participant_id=participant_id,
                measure_id=filled.measure_id,
                instrument=filled.instrument,
                item=item,
            )
            for item in scored.missing
            if form.risk_item(item)
        ]

    def void(self, participant_id: ParticipantId, measure_id: str, by: StaffId, at: datetime) -> list[Contract]:
        """It does not count after all; raises NotFound `measure-unknown`. Rule: SK-M5."""
        held = self.taken.get(measure_id)
        if held is None:
            raise NotFound("measure-unknown", "this participant has no measure of this id")
        if held.void:
            return []
        return [MeasureVoided(at=at, participant_id=participant_id, measure_id=measure_id, voided_by=by)]

    def after(self, fact: Contract) -> "Answers":
        """The forms once `fact` is true."""
        match fact:
            case AnswersTaken() | InstrumentScored():
                one = Taken(instrument=fact.instrument, administered_at=fact.at, score=fact.score, band=fact.band)
                return Answers(taken={**self.taken, fact.measure_id: one})
            case MeasureVoided() if fact.measure_id in self.taken:
                void = self.taken[fact.measure_id].model_copy(update={"void": True})
                return Answers(taken={**self.taken, fact.measure_id: void})
        return self

    def _total(self, participant_id: ParticipantId, filled: Filled, form: Form) -> Contract:
        total = filled.total
        if form.answers_only:
            raise Invalid("answers-only", "a total of this form may be a sum or a T score; send its answers")
        if total is None or not form.lowest <= total <= form.highest:
            raise Invalid("score-out-of-range", f"this form is from {form.lowest:g} to {form.highest:g}")
        if filled.instrument in set(Instrument):
            raise Invalid("total-has-its-own-door", "totals of this instrument are recorded as a measure")
        return _scored(participant_id, filled, round(total, DECIMALS), form.band_of(total))


def _answers(participant_id: ParticipantId, filled: Filled, form: Form, scored: Scored) -> AnswersTaken:
    return AnswersTaken(
        at=filled.administered_at,
        participant_id=participant_id,
        measure_id=filled.measure_id,
        instrument=filled.instrument,
        version=form.version,
        answers=filled.answers,
        not_applicable=filled.not_applicable,
        missing=scored.missing,
        prorated=scored.prorated,
        score=scored.score,
        band=scored.band,
        subscales=tuple(SubscaleScore(name=name, score=score) for name, score in scored.subscales.items()),
        met=scored.met,
    )


def _scored(participant_id: ParticipantId, filled: Filled, score: float, band: str) -> InstrumentScored:
    return InstrumentScored(
        at=filled.administered_at,
        participant_id=participant_id,
        measure_id=filled.measure_id,
        instrument=filled.instrument,
        score=score,
        band=band,
    )
