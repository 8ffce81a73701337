"""Forms whose score is a T score: where the program holds the table, and where nobody does."""

from collections.abc import Mapping
from datetime import datetime

import pytest
from pydantic import ValidationError

from common.change import Invalid
from rules.skills.records import FORMS, NOW, blank
from skills.domain.answers import Filled
from skills.domain.forms import Form, Forms, Licence
from skills.domain.scoring import score_of
from skills.domain.trends import Point, moved

SHIPPED = FORMS["PROMIS_SI8A"]
TABLE = {score: 30.0 + 1.5 * (score - 8) for score in range(8, 41)}
"""Not the published one: numbers to see the reading of a table by."""
BANDS = {"within-normal": 30, "mild": 55, "moderate": 60, "severe": 70}


def with_table(table: Mapping[int, float] = TABLE, **more: object) -> Form:
    """The form as a program writes it that holds the table."""
    change = {"points": 5, "source": "facts 5.2, DEFAULT"}
    said = {"t_scores": table, "bands": BANDS, "reliable_change": change, **more}
    return Form.model_validate({**SHIPPED.model_dump(), **said})


def test_without_the_table_there_is_a_sum_no_t_score_no_band_and_no_claim() -> None:
    """SK-M22: what is not published here is not made up; its words do not ship."""
    scored = score_of(SHIPPED, (3,) * 8)

    assert (SHIPPED.licence, SHIPPED.words, SHIPPED.items) == (Licence.CONTENT_PACK, None, 8)
    assert (SHIPPED.lowest, SHIPPED.highest) == (8, 40)
    assert (scored.score, scored.band) == (24, "")
    assert moved(SHIPPED, Point("m-1", NOW, 24), Point("m-2", NOW, 10)) is None
    assert score_of(SHIPPED, (3,) * 7 + (None,)).score is None


def test_with_the_table_the_score_is_a_t_score_with_its_band() -> None:
    """SK-M22, SK-M2: an edge belongs to the higher band."""
    form = with_table()

    assert [score_of(form, (answer,) * 8).score for answer in (1, 3, 5)] == [30, 54, 78]
    assert [score_of(form, (answer,) * 8).band for answer in (1, 3, 5)] == ["within-normal", "within-normal", "severe"]
    assert form.band_of(55) == "mild"
    change = moved(form, Point("m-1", NOW, 60.0), Point("m-2", NOW, 55.0))
    assert change is not None
    assert change.says == "improved"


@pytest.mark.parametrize(
    ("table", "more", "says"),
    [
        ({**{s: t for s, t in TABLE.items() if s not in (9, 40)}}, {}, "t_scores: lacks 9, 40"),
        ({**TABLE, 41: 99.0}, {}, "t_scores: 41 is no sum from 8 to 40"),
        ({**TABLE, 20: 30.0}, {}, "t_scores: expected to rise with the sum"),
        (TABLE, {"missing_at_most": 2}, "t_scores: belong to the sum of all items"),
        (TABLE, {"bands": {"mild": 55}}, "bands: the first begins at 55, expected 30"),
    ],
)
def test_a_table_that_cannot_be_read_is_a_mistake(table: dict[int, float], more: dict[str, object], says: str) -> None:
    """SK-M22, SK-M13"""
    with pytest.raises(ValidationError) as wrong:
        with_table(table, **more)
    assert says in str(wrong.value)


def taken(total: float, forms: Forms, at: datetime = NOW) -> list[str]:
    """What taking a total alone says."""
    filled = Filled(measure_id="m-1", instrument="PROMIS_SI8A", administered_at=at, total=total)
    return [type(fact).__name__ for fact in blank().take_answers(filled, at, forms)]


@pytest.mark.parametrize("total", [38.0, 58.2])
def test_a_total_alone_is_not_taken_while_it_may_be_a_sum_or_a_t_score(total: float) -> None:
    """SK-M22: with the table a program may say that it is a T score."""
    with pytest.raises(Invalid) as refused:
        taken(total, FORMS)
    assert refused.value.code == "answers-only"
    theirs = FORMS.model_copy(
        update={"instruments": {**FORMS.instruments, "PROMIS_SI8A": with_table(answers_only=False)}}
    )
    assert taken(total, theirs) == ["InstrumentScored"]
