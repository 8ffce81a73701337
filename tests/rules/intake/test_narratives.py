"""Case narratives: with consent, checked, attested, approved by another, and withdrawn with the consent."""

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.change import Invalid, NotEntitled, NotFound, Refused
from common.contracts.message import Contract
from common.contracts.narratives import Attested, NarrativePurpose
from common.contracts.words import Signatory, StaffId
from intake.domain.narratives import REVOKED, Narratives, OnRecord
from rules.intake.episode_cases import NOON, RULES, facts

AUTHOR, OTHER = StaffId("s-1"), StaffId("s-2")
CONSENT = RULES.care.consent
RECORD = OnRecord({"Ann", "Example"}, {"p-1", "th-1"}, date(1990, 1, 1), "WA", CONSENT, NOON.date())
MINOR = OnRecord(RECORD.names, RECORD.ids, date(2014, 1, 1), "WA", CONSENT, NOON.date())
OF_AGE = OnRecord(RECORD.names, RECORD.ids, date(2014, 1, 1), "WA", CONSENT, date(2027, 6, 1))
TEACHING = (NarrativePurpose.TEACHING,)
STORY = "She learned to ask, and was answered."


def apply(known: Narratives, said: list[Contract]) -> Narratives:
    """The narratives after these facts."""
    for fact in said:
        known = known.after(fact)
    return known


def agreed(**how: Any) -> Narratives:
    """Somebody who lets their story be told."""
    told = {"granted_by": Signatory.PARTICIPANT, "assented": None, "record": RECORD, **how}
    about = (told["granted_by"], told["assented"], told["record"])
    return apply(Narratives(id="p-1"), Narratives(id="p-1").agree("c-1", TEACHING, *about, AUTHOR, NOON))


def drafted(words: str = STORY, names: tuple[str, ...] = ()) -> Narratives:
    """A draft of it."""
    known = agreed()
    return apply(known, known.draft("n-1", words, names, RECORD, AUTHOR, NOON))


def attested(known: Narratives | None = None) -> Narratives:
    """A draft of which somebody said what no program can check."""
    known = known or drafted()
    return apply(known, known.attest("n-1", 1, set(Attested), RECORD, AUTHOR, NOON))


def approved() -> Narratives:
    """One that may be told."""
    known = attested()
    return apply(known, known.approve("n-1", 1, (), RECORD, OTHER, NOON))


def test_without_consent_nothing_is_written() -> None:
    """IN-N1: nor with one that names no purpose."""
    nobody = Narratives(id="p-1")
    with pytest.raises(Refused, match="no-consent"):
        nobody.draft("n-1", STORY, (), RECORD, AUTHOR, NOON)
    with pytest.raises(Invalid, match="no-purpose"):
        nobody.agree("c-1", (), Signatory.PARTICIPANT, None, RECORD, AUTHOR, NOON)


def test_who_may_sign_signs_and_a_guardians_consent_rests_once_the_participant_may() -> None:
    """IN-N1: by the table of ages; another consent only after the first."""
    with pytest.raises(Invalid, match="guardian-needed"):
        agreed(record=MINOR)
    with pytest.raises(Invalid, match="participant-signs"):
        agreed(granted_by=Signatory.GUARDIAN, assented=True)
    with pytest.raises(Invalid, match="assent-missing"):
        agreed(granted_by=Signatory.GUARDIAN, record=MINOR)
    theirs = agreed(granted_by=Signatory.GUARDIAN, assented=True, record=MINOR)
    assert (theirs.stands(MINOR), theirs.stands(OF_AGE)) == (True, False)
    with pytest.raises(Refused, match="no-consent"):
        theirs.draft("n-1", STORY, (), OF_AGE, AUTHOR, NOON)
    assert theirs.agree("c-2", TEACHING, Signatory.PARTICIPANT, None, OF_AGE, AUTHOR, NOON) != []
    with pytest.raises(Refused, match="consent-given"):
        theirs.agree("c-2", TEACHING, Signatory.GUARDIAN, True, MINOR, AUTHOR, NOON)


def test_the_words_travel_on_the_restricted_stream_alone() -> None:
    """IN-N3: what everybody hears is how much was found, not what."""
    known = agreed()
    written, told = known.draft("n-1", "Ann came in March.", (), RECORD, AUTHOR, NOON)
    assert (written.TOPIC, told.TOPIC) == ("intake.contacts", "intake.episodes")
    assert "Ann" not in told.model_dump_json()
    assert getattr(told, "findings") == 2  # noqa: B009 - a Contract to the type checker
    assert drafted().draft("n-1", f" {STORY} ", (), RECORD, AUTHOR, NOON) == []


def test_nobody_attests_what_a_rule_still_finds() -> None:
    """IN-N3, IN-N4: the refusal names the kind, not the words."""
    known = drafted("Ann came in March.")
    with pytest.raises(Refused, match="identifiers-left") as refused:
        known.attest("n-1", 1, set(Attested), RECORD, AUTHOR, NOON)
    assert "Ann" not in str(refused.value)
    with pytest.raises(Refused, match="identifiers-left"):
        attested(drafted("Her brother Bo called.", ("Bo",)))


def test_an_attestation_is_whole_and_of_the_words_as_they_stand() -> None:
    """IN-N4: actual knowledge too; other words are attested anew."""
    known = drafted()
    with pytest.raises(Invalid, match="no-actual-knowledge"):
        known.attest("n-1", 1, set(Attested) - {Attested.NO_ACTUAL_KNOWLEDGE}, RECORD, AUTHOR, NOON)
    assert attested().attest("n-1", 1, set(Attested), RECORD, OTHER, NOON) == []
    anew = apply(attested(), attested().reword("n-1", "Other words.", (), RECORD, AUTHOR, NOON))
    assert anew.narratives["n-1"].attested_by is None
    with pytest.raises(Refused, match="other-words"):
        anew.approve("n-1", 1, (), RECORD, OTHER, NOON)
    with pytest.raises(NotFound, match="no-such-narrative"):
        anew.reword("n-9", STORY, (), RECORD, AUTHOR, NOON)


def test_another_person_than_the_author_approves_once() -> None:
    """IN-N5: what is on record by then is looked for again; what is approved is not worded anew."""
    with pytest.raises(NotEntitled, match="another-person-approves"):
        attested().approve("n-1", 1, (), RECORD, AUTHOR, NOON)
    with pytest.raises(Refused, match="not-attested"):
        drafted().approve("n-1", 1, (), RECORD, OTHER, NOON)
    renamed = OnRecord({"She"}, RECORD.ids, RECORD.birth_date, "WA", CONSENT, NOON.date())
    with pytest.raises(Refused, match="identifiers-left"):
        attested().approve("n-1", 1, (), renamed, OTHER, NOON)
    assert approved().approve("n-1", 1, (), RECORD, OTHER, NOON) == []
    with pytest.raises(Refused, match="approved-already"):
        approved().reword("n-1", "Other words.", (), RECORD, AUTHOR, NOON)


def test_a_consent_taken_back_withdraws_everything_once() -> None:
    """IN-N2: approved and drafted; the words go, and nothing more is written."""
    known = approved()
    known = apply(known, known.draft("n-2", "Another story.", (), RECORD, AUTHOR, NOON))
    revoked = known.revoke(None, NOON)
    after = apply(known, revoked)
    assert facts(revoked) == ["NarrativeConsentRevoked", "NarrativeWithdrawn", "NarrativeWithdrawn"]
    assert {(one.withdrawn, one.words) for one in after.narratives.values()} == {(REVOKED, "")}
    assert after.revoke(None, NOON) == []
    assert after.withdraw("n-1", "error", OTHER, NOON) == []
    with pytest.raises(Refused, match="no-consent"):
        after.approve("n-2", 1, (), RECORD, OTHER, NOON)


ACTS = ("agree", "draft", "reword", "attest", "approve", "withdraw", "revoke")


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(ACTS), st.sampled_from([AUTHOR, OTHER])), max_size=25))
def test_in_any_order_what_may_be_told_was_agreed_attested_and_approved_by_another(
    acts: list[tuple[str, StaffId]],
) -> None:
    """IN-N1 to IN-N5: whatever is tried, by whom, how often."""
    known = Narratives(id="p-1")
    for number, (act, by) in enumerate(acts):
        try:
            known = apply(known, _said(known, act, by, number))
        except Refused:
            continue
        for one in known.narratives.values():
            if one.approved and not one.withdrawn:
                assert known.stands(RECORD)
                assert one.attested_by is not None
                assert one.approved.approved_by != one.written_by
                assert one.approved.version == one.version
                assert one.found(RECORD) == ()


def _said(known: Narratives, act: str, by: StaffId, number: int) -> list[Contract]:
    version = known.narratives["n-1"].version if "n-1" in known.narratives else 1
    match act:
        case "agree":
            return known.agree(f"c-{number}", TEACHING, Signatory.PARTICIPANT, None, RECORD, by, NOON)
        case "draft":
            return known.draft("n-1", STORY, (), RECORD, by, NOON)
        case "reword":
            return known.reword("n-1", f"{STORY} {'Ann' if number % 2 else 'She'}", (), RECORD, by, NOON)
        case "attest":
            return known.attest("n-1", version, set(Attested), RECORD, by, NOON)
        case "approve":
            return known.approve("n-1", version, (), RECORD, by, NOON)
        case "withdraw":
            return known.withdraw("n-1", "error", by, NOON)
    return known.revoke(by, NOON)
