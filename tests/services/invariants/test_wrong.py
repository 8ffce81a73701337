"""Every check fails when what it watches is broken: a check that cannot fail is a defect."""

from datetime import timedelta

import pytest

from services.invariants import ways_care, ways_plumbing, ways_states, ways_telling
from services.invariants.breaking import Break, Copy, rewritten
from throughline.invariants import Broken, Finding, House, examine, insist
from throughline.invariants.checking import CHECKS

WAYS = {**ways_plumbing.WAYS, **ways_states.WAYS, **ways_care.WAYS, **ways_telling.WAYS}
CASES = [(code, one) for code, ways in WAYS.items() for one in ways]


def finding_of(house: House, code: str) -> Finding:
    """What one check says."""
    return next(one for one in examine(house) if one.name.startswith(f"{code} "))


@pytest.mark.parametrize(("code", "way"), CASES, ids=[f"{code}-{way.__name__[1:]}" for code, way in CASES])
def test_a_broken_house_is_found_out(travelled: House, code: str, way: Break) -> None:
    """The check says so, names an offender, and never repeats what must not be seen."""
    house = Copy(travelled)
    way(house)
    found = finding_of(house.house(), code)

    assert not found.ok
    assert "cannot be checked" not in found.detail
    assert "\n" not in found.detail
    assert "lindqvist" not in found.detail.lower()


def test_every_check_can_fail(travelled: House) -> None:
    """There is a way to break what each check watches."""
    assert {one.name.split()[0] for one in examine(travelled)} == set(WAYS)
    assert len(WAYS) == len(CHECKS)


def test_a_document_nobody_can_read_breaks_its_check_only(travelled: House) -> None:
    """A bug in the stores must not hide the others."""
    house = Copy(travelled)
    house.docs("operations", "journeys").append({})
    found = [one for one in examine(house.house()) if not one.ok]

    assert {one.name: one.detail.split(":")[0] for one in found} == {
        "counted_once": "cannot be checked",
        "levels_are_believed": "cannot be checked",
    }


def test_broken_says_what_does_not_hold(travelled: House) -> None:
    """Whoever insists gets the broken ones and nothing else."""
    house = Copy(travelled)
    house.docs("skills", "quarantine").append({"_id": "skills.commands|0|7"})
    insist(examine(travelled))

    with pytest.raises(Broken, match="Q1 nothing is in quarantine") as broken:
        insist(examine(house.house()))
    assert len(broken.value.findings) == 1


def test_who_is_in_stays_in_when_a_level_gets_smaller(travelled: House) -> None:
    """Set up with fewer places than are taken, a level is full, not broken. Rule: SC-P7."""
    house = Copy(travelled)
    setup = house.again(house.said("scheduling", "LevelSetUp", level="PHP"), places=0)
    setup["recorded_at"] += timedelta(days=30)

    assert finding_of(house.house(), "S4b").ok


def test_a_revocation_that_was_on_its_way_is_told_apart(travelled: House) -> None:
    """Notifications cannot heed what has not reached it; the finding says how often that was so."""
    house = Copy(travelled)
    revoked = house.said("intake", "ReleaseRevoked")
    rewritten(revoked, release_id="rel-1")
    heeded = house.said("notifications", "ReleaseHeeded", active=False)
    heeded["sequence"] = 1000

    found = finding_of(house.house(), "F1")
    assert found.ok
    assert "crossed a revocation" in found.detail


def test_breaking_changes_the_copy_only(travelled: House) -> None:
    """The right house stays right for the next test."""
    Copy(travelled).docs("intake", "journal").clear()

    assert travelled.docs("intake", "journal")
