"""A house that kept its promises passes every check, and no check passes without having looked."""

from throughline.invariants import check, examine
from throughline.invariants.shapes import House


def test_a_real_journey_passes_every_check(travelled: House) -> None:
    """The checks agree with what the services really do."""
    assert [one for one in examine(travelled) if not one.ok] == []


def test_every_check_had_something_to_look_at(travelled: House) -> None:
    """A check that looked at nothing proves nothing."""
    assert [one.name for one in examine(travelled) if not one.counted] == ["Q1 nothing is in quarantine"]


async def test_an_empty_house_is_in_order(mongo_uri: str) -> None:
    """Databases that are not there break nothing, and count nothing."""
    findings = await check(mongo_uri)

    assert {(one.ok, one.counted) for one in findings} == {(True, 0)}
