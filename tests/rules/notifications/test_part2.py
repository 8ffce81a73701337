"""What goes with a text that is told under a consent which covers substance use, and where it stands."""

from datetime import date

import pytest

from common.contracts.message import Privacy, privacy_of
from common.contracts.notifications import NoticeSent, NoticeSuppressed
from common.contracts.part2 import SCOPES, STATEMENT, STATEMENT_ID, part2_notice
from common.contracts.words import ReleaseId, ReleaseScope
from notifications.domain.contact import LANGUAGES
from notifications.views.texts import outside

from .story import HOUR, NOON, PLAN, after, granted, revoked, to_aunt
from .test_texts import ALL_OUTSIDE

SUD = ReleaseScope.SUD


def sent(*scopes: ReleaseScope) -> NoticeSent:
    """A notice to the aunt under a release of these scopes."""
    (fact,) = after(granted(*scopes), to_aunt()).said[1:]
    assert isinstance(fact, NoticeSent)
    return fact


def test_a_notice_under_such_a_consent_says_which_statement_goes_with_it() -> None:
    """NO-S6: also where the notice itself is about something else; a field that nobody watches may see."""
    assert sent(PLAN, SUD).statement == STATEMENT_ID
    assert sent(PLAN).statement == ""
    assert privacy_of(NoticeSent, "statement") is Privacy.SUBSTANCE_USE


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_statement_stands_as_the_rule_spells_it_and_every_scope_is_explained(language: str) -> None:
    """NO-S6: 42 CFR 2.32(a)(2) and (b), in the recipient's language; a scope that is not covered is not named."""
    told = part2_notice(ReleaseId("r-1"), (PLAN, SUD, PLAN), date(2026, 6, 1), language)
    assert told is not None

    assert STATEMENT == "42 CFR part 2 prohibits unauthorized use or disclosure of these records."
    assert told.statement.startswith(STATEMENT)
    assert told.release_id == "r-1"
    named = {scope for scope in ReleaseScope if SCOPES[scope][language] in told.scope}
    assert named == {PLAN, SUD}
    assert told.scope.count(SCOPES[PLAN][language]) == 1
    assert "2026-06-01" in told.scope


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_consent_without_a_last_day_says_so_and_any_other_consent_carries_nothing(language: str) -> None:
    """NO-S6: no statement is made where the law asks for none."""
    told = part2_notice(ReleaseId("r-1"), (SUD,), None, language)

    assert told is not None
    assert "None" not in told.scope
    for scope in set(ReleaseScope) - {SUD}:
        assert part2_notice(ReleaseId("r-1"), (scope,), None, language) is None


@pytest.mark.parametrize(("text", "language"), ALL_OUTSIDE)
def test_what_leaves_the_app_tells_nobody_of_such_a_consent(text: str, language: str) -> None:
    """NO-S6, NO-W2: the statement goes with what it is about, not with the nudge."""
    assert "42 CFR" not in outside(text, language, link="https://x.invalid/", participant_id="p")


def test_a_release_granted_later_does_not_catch_up() -> None:
    """NO-S7: what was suppressed stays so, also asked for again, late, or after it is taken back and granted anew."""
    story = after(to_aunt("n-1"))
    assert [type(fact) for fact in story.said] == [NoticeSuppressed]
    story.hear(granted())
    assert story.hear(to_aunt("n-1")) == story.fire() == []
    for data in (revoked(), granted(release="r-2")):
        story.hear(data)
    assert story.hear(to_aunt("n-1", at=NOON + HOUR)) == []

    (now,) = story.hear(to_aunt("n-2"))
    assert isinstance(now, NoticeSent)


def test_what_waits_when_a_release_comes_is_judged_when_it_is_due() -> None:
    """NO-S7, NO-S1: it was not suppressed before."""
    story = after(to_aunt("n-1", due_at=NOON + HOUR), granted())

    assert [type(fact) for fact in story.fire()] == [NoticeSent]
