"""What a birth date means for releases: who signs from when, and what rests until then."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.change import Forget, Invalid
from common.contracts.episodes import ReleaseRevoked
from common.contracts.words import ParticipantId, Signatory, StaffId
from intake.domain.age_of_consent import birthday
from intake.domain.consents import COMING_OF_AGE, Consents
from rules.intake.episode_cases import NOON, RULES, asked, facts, only, reminded
from rules.intake.test_consents import DAY, GUARDIAN, apply, born, grant


def test_what_is_known_of_age_is_said_once_and_a_referral_never_overwrites_a_person() -> None:
    """IN-C6"""
    fresh = Consents(id="p")
    assert facts(fresh.know_age(date(2010, 1, 1), "", None, RULES, NOON)) == ["AgeBasisRecorded"]
    known = born(date(2010, 1, 1))
    assert known.know_age(date(2010, 1, 1), "NY", StaffId("a"), RULES, NOON) == []
    assert known.know_age(date(2001, 1, 1), "", None, RULES, NOON) == []
    assert facts(known.know_age(date(2009, 1, 1), "NY", StaffId("a"), RULES, NOON)) == ["AgeBasisRecorded"]
    with pytest.raises(Invalid, match="future-birth-date"):
        known.know_age(date(2026, 6, 2), "", StaffId("a"), RULES, NOON)


def test_what_a_guardian_allowed_rests_from_the_birthday_until_the_participant_grants_it() -> None:
    """IN-C7: at the local midnight; once; their own later release goes on."""
    granted = grant(born(date(2008, 6, 3)), **GUARDIAN)
    consents = apply(born(date(2008, 6, 3)), granted)
    birthday_at = datetime(2026, 6, 3, 4, tzinfo=UTC)
    assert reminded(granted) == {COMING_OF_AGE: birthday_at}
    assert facts(consents.come_of_age(RULES, birthday_at - timedelta(seconds=1))) == []
    rest = consents.come_of_age(RULES, birthday_at)
    assert only(rest, ReleaseRevoked).reason == "came-of-age"
    assert asked(rest) == ["SendNotice"]
    resting = apply(consents, rest)
    assert resting.stands(consents.releases["x"], birthday_at) == "suspended"
    assert resting.come_of_age(RULES, birthday_at) == []
    own = apply(resting, grant(resting, at=birthday_at, id="y", granted_by=Signatory.PARTICIPANT))
    assert own.come_of_age(RULES, birthday_at + 400 * DAY) == []
    assert [release.release_id for release in own.in_force()] == ["y"]


def test_a_birth_date_that_comes_late_lets_rest_what_should() -> None:
    """IN-C7: late news; a release nobody said the signatory of rests if the participant was too young to sign."""
    unknown = apply(Consents(id="p"), grant(Consents(id="p")))
    of_age = unknown.know_age(date(2008, 5, 31), "NY", StaffId("a"), RULES, NOON)
    assert facts(of_age) == ["AgeBasisRecorded"]
    waits = unknown.know_age(date(2008, 6, 2), "NY", StaffId("a"), RULES, NOON)
    assert reminded(waits) == {COMING_OF_AGE: datetime(2026, 6, 2, 4, tzinfo=UTC)}
    late = unknown.know_age(date(2008, 6, 2), "NY", StaffId("a"), RULES, NOON + 2 * DAY)
    assert facts(late) == ["AgeBasisRecorded", "ReleaseRevoked"]


def test_who_is_born_on_a_leap_day_has_a_birthday_every_year() -> None:
    """IN-C7"""
    assert birthday(date(2008, 2, 29), 18) == date(2026, 3, 1)
    assert birthday(date(2008, 2, 29), 20) == date(2028, 2, 29)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(birth=st.dates(date(2000, 1, 1), date(2012, 1, 1)), days=st.integers(0, 8000), later=st.integers(0, 8000))
def test_no_release_of_a_guardian_is_in_force_once_the_participant_signs_alone(
    birth: date, days: int, later: int
) -> None:
    """IN-C4, IN-C7: whatever the birth date, when it was signed and when one looks."""
    signed_at, looked_at = NOON + timedelta(days=days), NOON + timedelta(days=days + later)
    consents = born(birth)
    try:
        consents = apply(consents, grant(consents, at=signed_at, **GUARDIAN))
    except Invalid:
        assert birthday(birth, 18) <= signed_at.date()
        return
    consents = apply(consents, consents.come_of_age(RULES, looked_at))
    assert bool(list(consents.in_force())) == (looked_at.date() < birthday(birth, 18))


def test_a_birth_date_that_came_along_goes_back_with_its_timer_and_a_persons_word_stays() -> None:
    """IN-D5: repeated, of somebody else, and once a person confirmed or corrected it."""
    other, stranger = ParticipantId("p-2"), ParticipantId("p-3")
    carried = born_of(other)
    back = carried.forget_age([other], NOON)

    assert facts(back) == ["AgeBasisTakenBack"]
    assert [one.name for one in back if isinstance(one, Forget)] == [COMING_OF_AGE]
    gone = apply(carried, back)
    assert (gone.birth_date, gone.state, gone.forget_age([other], NOON)) == (None, "", [])
    assert carried.forget_age([stranger], NOON) == []
    for confirmed in (date(2010, 1, 1), date(2009, 1, 1)):
        told = apply(carried, carried.know_age(confirmed, "NY", StaffId("a"), RULES, NOON))
        assert (told.birth_date, told.forget_age([other], NOON)) == (confirmed, [])
    assert facts(gone.know_age(date(2011, 1, 1), "", None, RULES, NOON)) == ["AgeBasisRecorded"]


def born_of(other: ParticipantId) -> Consents:
    """Somebody with the birth date of another, who was said to be the same."""
    fresh = Consents(id="p")
    return apply(fresh, fresh.know_age(date(2010, 1, 1), "NY", None, RULES, NOON, other))
