"""Releases: opted in, signed by who may sign, complete, and over when they are over."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import intake
from common.change import Forget, Invalid, NotFound, Outcome, Refused, Remind
from common.contracts.care import BlockReason
from common.contracts.episodes import Part2Consent, ReleaseGranted, ReleaseRevoked
from common.contracts.message import Contract
from common.contracts.words import ConsentSetting, LevelOfCare, ReleaseId, ReleaseScope, Signatory, StaffId, SupporterId
from intake.domain.age_of_consent import setting_of, why_not
from intake.domain.care_rules import CareRules, CareRulesInvalid
from intake.domain.consents import EXPIRY, VERBAL_OVER, Consents, Wanted
from intake.doors.care_file import care_in
from rules.intake.episode_cases import CARE, NOON, RULES, facts, only, reminded

X = ReleaseId("x")
DAY = timedelta(days=1)
SCHEDULE = (ReleaseScope.SCHEDULE,)
GUARDIAN: dict[str, Any] = {"granted_by": Signatory.GUARDIAN, "assented": True}
OTHERS = CARE.model_dump(mode="json", exclude={"consent"})
COMPLETE = Part2Consent(
    participant_named=True,
    discloser="this-program",
    information=("attendance",),
    recipient_named=True,
    purpose="family-support",
    right_to_revoke_explained=True,
    expiry_event="end-of-treatment",
    signed=True,
    signed_on=date(2026, 6, 1),
)


def apply(consents: Consents, outcomes: list[Outcome]) -> Consents:
    """The consents after the facts among the outcomes."""
    for outcome in outcomes:
        if isinstance(outcome, Contract):
            consents = consents.after(outcome)
    return consents


def grant(consents: Consents, at: datetime = NOON, id: str = "x", **wanted: Any) -> list[Outcome]:
    """Ask for a release."""
    asked_for = Wanted.model_validate({"supporter_id": SupporterId("s"), "scopes": SCHEDULE, **wanted})
    return consents.grant(ReleaseId(id), asked_for, setting_of(None, asked_for.scopes), RULES, at)


def born(day: date, state: str = "NY") -> Consents:
    """The consents of somebody born on a day, in a state without a row of its own."""
    return apply(Consents(id="p"), Consents(id="p").know_age(day, state, StaffId("a"), RULES, NOON - DAY))


def test_a_release_names_its_scopes_and_none_is_implied() -> None:
    """IN-C1"""
    granted = only(grant(Consents(id="p")), ReleaseGranted)
    assert granted.scopes == SCHEDULE
    with pytest.raises(Invalid, match="no-scope"):
        grant(Consents(id="p"), scopes=())
    with pytest.raises(Invalid, match="expired-already"):
        grant(Consents(id="p"), expires_on=date(2026, 5, 31))


def test_a_release_is_taken_back_at_any_time_once() -> None:
    """IN-C2"""
    consents = apply(Consents(id="p"), grant(Consents(id="p")))
    revoked = consents.revoke(X, RULES, NOON)
    assert facts(revoked) == ["ReleaseRevoked"]
    assert apply(consents, revoked).revoke(X, RULES, NOON) == []
    assert apply(consents, revoked).stands(consents.releases["x"], NOON) == "revoked"
    with pytest.raises(NotFound, match="no-such-release"):
        consents.revoke(ReleaseId("y"), RULES, NOON)


def test_a_release_granted_twice_is_one_release() -> None:
    """IN-C1: say it twice, it happens once."""
    assert grant(apply(Consents(id="p"), grant(Consents(id="p")))) == []


def test_a_release_ends_with_its_last_day_and_that_is_said_once() -> None:
    """IN-C3"""
    granted = grant(Consents(id="p"), expires_on=date(2026, 6, 3))
    end = datetime(2026, 6, 4, tzinfo=UTC)
    assert reminded(granted) == {EXPIRY: end}
    consents = apply(Consents(id="p"), granted)
    release = consents.releases["x"]
    assert consents.expire(RULES, end - timedelta(seconds=1)) == [Remind(EXPIRY, end)]
    assert (consents.stands(release, end - timedelta(seconds=1)), consents.stands(release, end)) == (
        "in-force",
        "expired",
    )
    over = consents.expire(RULES, end)
    assert facts(over) == ["ReleaseExpired"]
    assert apply(consents, over).expire(RULES, end) == []


def test_the_next_last_day_is_waited_for_and_a_release_taken_back_does_not_expire() -> None:
    """IN-C3, IN-C2"""
    consents = apply(Consents(id="p"), grant(Consents(id="p"), expires_on=date(2026, 6, 3)))
    consents = apply(consents, grant(consents, id="y", expires_on=date(2026, 6, 5)))
    assert reminded(consents.expire(RULES, datetime(2026, 6, 4, tzinfo=UTC))) == {
        EXPIRY: datetime(2026, 6, 6, tzinfo=UTC)
    }
    assert reminded(consents.revoke(X, RULES, NOON)) == {EXPIRY: datetime(2026, 6, 6, tzinfo=UTC)}
    alone = apply(Consents(id="p"), grant(Consents(id="p"), expires_on=date(2026, 6, 3)))
    assert Forget(EXPIRY) in alone.revoke(X, RULES, NOON)
    assert apply(alone, alone.revoke(X, RULES, NOON)).expire(RULES, NOON + 9 * DAY) == []


@pytest.mark.parametrize(
    ("state", "age", "signatory", "code"),
    [
        ("WA", 12, Signatory.PARTICIPANT, "guardian-needed"),
        ("WA", 12, Signatory.GUARDIAN, ""),
        ("WA", 13, Signatory.PARTICIPANT, ""),
        ("WA", 13, Signatory.GUARDIAN, "participant-signs"),
        ("NY", 17, Signatory.PARTICIPANT, "guardian-needed"),
        ("NY", 17, Signatory.GUARDIAN, ""),
        ("NY", 18, Signatory.PARTICIPANT, ""),
        ("NY", 18, Signatory.GUARDIAN, "participant-signs"),
        ("", 13, Signatory.PARTICIPANT, ""),
    ],
)
@pytest.mark.parametrize("setting", list(ConsentSetting))
def test_who_has_reached_the_age_of_their_state_signs(
    state: str, age: int, signatory: Signatory, code: str, setting: ConsentSetting
) -> None:
    """IN-C4: by state and age; a state without a row has the default; none said is the program's own."""
    birth = date(2026 - age, 6, 1)
    ages = CARE.consent.of(state)
    assert why_not(signatory, birth, setting, ages, date(2026, 6, 1)) == code
    on_the_eve = why_not(Signatory.PARTICIPANT, date(2026 - 18, 6, 2), setting, CARE.consent.of("NY"), date(2026, 6, 1))
    assert on_the_eve == "guardian-needed"


def test_an_unknown_age_is_no_ground_to_refuse_and_a_guardian_says_whether_the_minor_agrees() -> None:
    """IN-C4"""
    assert only(grant(Consents(id="p")), ReleaseGranted).granted_by is None
    minor = born(date(2010, 1, 1))
    with pytest.raises(Invalid, match="guardian-needed"):
        grant(minor)
    with pytest.raises(Invalid, match="assent-missing"):
        grant(minor, granted_by=Signatory.GUARDIAN)
    assert only(grant(minor, **GUARDIAN), ReleaseGranted).assented is True


def test_a_level_and_the_scopes_say_which_age_bears() -> None:
    """IN-C4: substance use first, then where somebody is treated."""
    assert setting_of(LevelOfCare.RESIDENTIAL, SCHEDULE) is ConsentSetting.RESIDENTIAL
    assert setting_of(LevelOfCare.PHP, SCHEDULE) is ConsentSetting.OUTPATIENT
    assert setting_of(LevelOfCare.RESIDENTIAL, (ReleaseScope.SUD,)) is ConsentSetting.SUBSTANCE_USE


LACKS = {
    "participant_named": "participant-name",
    "discloser": "discloser",
    "information": "information",
    "recipient_named": "recipient",
    "purpose": "purpose",
    "right_to_revoke_explained": "right-to-revoke",
    "expiry_event": "expiry",
    "signed": "signature",
    "signed_on": "date",
}


@pytest.mark.parametrize("field", LACKS)
def test_a_consent_about_substance_use_lacks_no_element(field: str) -> None:
    """IN-C5: each element of Part 2 taken away once; the answer names it."""
    form = Part2Consent.model_validate(COMPLETE.model_dump(exclude={field}))
    with pytest.raises(Invalid, match="part2-elements-missing") as refused:
        grant(Consents(id="p"), scopes=(ReleaseScope.SUD,), part2=form)
    assert refused.value.detail == f"the consent lacks: {LACKS[field]}"


def test_a_complete_consent_about_substance_use_is_kept_as_it_was_signed() -> None:
    """IN-C5: and a general one for treatment, payment and operations needs two statements more."""
    sud = (ReleaseScope.SUD,)
    assert only(grant(Consents(id="p"), scopes=sud, part2=COMPLETE), ReleaseGranted).part2 == COMPLETE
    with pytest.raises(Invalid, match="redisclosure-statement, refusal-consequence"):
        grant(Consents(id="p"), scopes=sud, part2=COMPLETE.model_copy(update={"for_tpo": True}))
    with pytest.raises(Invalid, match="signed-in-the-future"):
        grant(Consents(id="p"), scopes=sud, part2=COMPLETE.model_copy(update={"signed_on": date(2026, 6, 2)}))
    court = COMPLETE.model_copy(update={"purpose": "legal-proceedings"})
    with pytest.raises(Invalid, match="proceedings-apart"):
        grant(Consents(id="p"), scopes=(*sud, ReleaseScope.BILLING), part2=court)
    assert facts(grant(Consents(id="p"), part2=None)) == ["ReleaseGranted"]


def test_a_table_without_its_rows_is_refused_with_a_line() -> None:
    """IN-C4: bad parameters stop the service before it runs."""
    rows = {"default": {"outpatient": 18, "residential": 18, "substance-use": 18, "of_age": 18}}
    with pytest.raises(CareRulesInvalid, match="ages lacks WA"):
        CareRules.from_mapping({"consent": {"state": "WA", "verbal_hours": 24, "ages": rows}, **OTHERS})
    with pytest.raises(CareRulesInvalid, match="outpatient"):
        CareRules.from_mapping({"consent": {"state": "default", "ages": {"default": {"of_age": 18}}}})


def test_what_is_agreed_in_conversation_holds_a_day_and_never_for_substance_use() -> None:
    """IN-C8: and others, who know only its last day, stop soon after even if nobody says so."""
    granted = grant(Consents(id="p"), verbal=True)
    assert reminded(granted)[VERBAL_OVER] == NOON + DAY
    assert only(granted, ReleaseGranted).expires_on == date(2026, 6, 2)
    consents = apply(Consents(id="p"), granted)
    assert facts(consents.end_verbal(RULES, NOON + DAY - timedelta(seconds=1))) == []
    over = consents.end_verbal(RULES, NOON + DAY)
    assert only(over, ReleaseRevoked).reason == "verbal-agreement-over"
    ended = apply(consents, over)
    assert (ended.stands(consents.releases["x"], NOON + DAY), ended.end_verbal(RULES, NOON + DAY)) == ("expired", [])
    with pytest.raises(Invalid, match="verbal-not-enough"):
        grant(Consents(id="p"), verbal=True, scopes=(ReleaseScope.SUD,), part2=COMPLETE)


def test_who_is_blocked_hears_nothing_until_a_person_lifts_it_and_it_is_asked_anew() -> None:
    """IN-C9: blocked twice, once; somebody else's release goes on."""
    s, why, by = SupporterId("s"), BlockReason.COURT_ORDER, StaffId("a")
    consents = apply(Consents(id="p"), grant(Consents(id="p")))
    consents = apply(consents, grant(consents, id="y", supporter_id="other"))
    blocked = consents.block(s, why, by, RULES, NOON)
    assert facts(blocked) == ["SupporterBlocked", "ReleaseRevoked"]
    after = apply(consents, blocked)
    assert after.block(s, why, by, RULES, NOON) == []
    assert [release.supporter_id for release in after.in_force()] == ["other"]
    with pytest.raises(Refused, match="supporter-blocked"):
        grant(after, id="z")
    lifted = apply(after, after.unblock(s, "court-order-ended", by, NOON))
    assert lifted.unblock(s, "court-order-ended", by, NOON) == []
    assert [release.supporter_id for release in lifted.in_force()] == ["other"]
    assert facts(grant(lifted, id="z")) == ["ReleaseGranted"]


FILE = Path(intake.__file__).parent / "care.yaml"


def test_every_number_of_care_names_its_source_or_is_assumed() -> None:
    """House: a number without a source is a rumour."""
    numbers = [line for line in FILE.read_text().splitlines() if re.search(r"[:\[] *\d", line.split("#")[0])]
    assert len(numbers) > 10
    assert [line for line in numbers if not re.search(r"# .*(facts \d|ASSUMED)", line)] == []


@pytest.mark.parametrize(("text", "said"), [("a: [", "cannot be read"), ("", "consent: Field required")])
def test_a_file_that_is_wrong_says_where(tmp_path: Path, text: str, said: str) -> None:
    """Bad parameters: one line a mistake, and the service does not start."""
    (tmp_path / "care.yaml").write_text(text)
    with pytest.raises(CareRulesInvalid, match=said):
        care_in(tmp_path / "care.yaml")
    with pytest.raises(CareRulesInvalid, match="cannot be read"):
        care_in(tmp_path / "none.yaml")
    assert care_in(FILE) == CARE


def test_a_mistake_of_care_says_in_which_line_it_stands(tmp_path: Path) -> None:
    """Also one that YAML forgives: a name said twice."""
    text = FILE.read_text()
    (tmp_path / "late.yaml").write_text(text.replace("look_after_days: ", "look_after_days: -"))
    (tmp_path / "twice.yaml").write_text(f"{text}\nhand_over: {{look_after_days: 3}}\n")
    said = {}
    for name in ("late", "twice"):
        with pytest.raises(CareRulesInvalid) as invalid:
            care_in(tmp_path / f"{name}.yaml")
        (line,) = invalid.value.lines
        said[name] = line.removeprefix(f"{tmp_path / name}.yaml:")

    assert [line.partition(": ")[0].isdigit() for line in said.values()] == [True, True]
    assert "hand_over.look_after_days: " in said["late"]
    assert said["twice"].endswith("hand_over: is said twice, expected once")
