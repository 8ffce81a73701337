"""What an opinion's own sum stands for, and what no opinion can say."""

import pytest

from common.change import Invalid
from common.contracts.opinions import LocTool
from common.contracts.words import LevelOfCare
from intake.domain import opinion_record

RES, PHP, IOP = LevelOfCare.RESIDENTIAL, LevelOfCare.PHP, LevelOfCare.IOP


@pytest.mark.parametrize(
    ("composite", "level"),
    [
        *((7, LevelOfCare.ALUMNI), (10, LevelOfCare.OUTPATIENT_BOOSTER), (16, LevelOfCare.OUTPATIENT_BOOSTER)),
        *((17, IOP), (19, IOP), (20, PHP), (22, PHP), (23, RES), (27, RES)),
        *((28, LevelOfCare.EXTERNAL_ACUTE), (35, LevelOfCare.EXTERNAL_ACUTE)),
    ],
)
def test_a_sum_stands_for_its_level_at_both_edges_of_its_band(composite: int, level: LevelOfCare) -> None:
    """IN-O4: facts 2.3; the rater's own word goes before the sum."""
    assert opinion_record.level_of(LocTool.CALOCUS, composite, None) is level
    assert opinion_record.level_of(LocTool.CALOCUS, composite, RES) is RES


@pytest.mark.parametrize(
    ("tool", "composite", "level", "code"),
    [
        (LocTool.LOCUS, 6, RES, "composite-out-of-range"),
        (LocTool.LOCUS, 36, None, "composite-out-of-range"),
        (LocTool.ASAM, 20, RES, "no-composite"),
        (LocTool.CLINICAL, None, None, "level-missing"),
        (LocTool.CLINICAL, None, LevelOfCare.CLOSED, "level-missing"),
    ],
)
def test_an_opinion_that_cannot_be_is_refused(
    tool: LocTool, composite: int | None, level: LevelOfCare | None, code: str
) -> None:
    """IN-O4: bad input."""
    with pytest.raises(Invalid, match=code):
        opinion_record.level_of(tool, composite, level)
