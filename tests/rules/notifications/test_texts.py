"""What the texts may say, and what they never say."""

import re
from pathlib import Path

import pytest

import notifications
from common.contracts.words import Condition, DitPhase, Instrument, LevelOfCare, SkillModule
from notifications.domain.wording import FOR_SUPPORTERS, TEMPLATES
from notifications.views import text_of

FOLDER = Path(notifications.__file__).parent / "templates"
SHORT = 160

LEVELS = [level.value.replace("_", " ") for level in LevelOfCare]
CODES = [code.value.replace("-", " ") for kind in (Condition, Instrument, SkillModule, DitPhase) for code in kind]
NEVER = [
    *(rf"\b{re.escape(word)}\b" for words in (LEVELS, CODES) for word in words),
    r"\b(partial|intensive|outpatient|inpatient|booster|acute|hospital\w*|level of care|step-?(up|down))\b",
    r"\bdischarge\w*\b",
    r"\b(diagnos\w*|disorder\w*|depress\w*|anxi\w*|bipolar|borderline|trauma\w*|eating|symptom\w*|addict\w*)\b",
    r"\b(scores?|points?|measures?|questionnaire\w*|results?)\b|[0-9]",
    r"\bgroups?\b",
    r"suicid|\bDBT\b|\bDIT\b|therap|psych|substance|self-harm|mental|medicat|\brisk\b|clinic",
]
BLAMING = r"\b(fault|blame\w*|fail\w*|refus\w*|must|should|neglect\w*|non-?complian\w*|unfortunately|wrong|your own)\b"


def said(template: str) -> str:
    """The text, as a recipient reads it."""
    return text_of(template, "p-ana")


def test_every_code_has_its_text_and_every_text_its_code() -> None:
    """NO-W1."""
    assert {file.stem for file in FOLDER.glob("*.txt")} == TEMPLATES


@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_a_text_names_no_level_diagnosis_score_or_group(template: str) -> None:
    """NO-W2."""
    found = [word for word in NEVER if re.search(word, said(template), re.IGNORECASE)]

    assert found == []


@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_a_text_never_blames(template: str) -> None:
    """NO-W3."""
    assert not re.search(BLAMING, said(template), re.IGNORECASE)


@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_a_text_is_short_enough_for_any_channel(template: str) -> None:
    """NO-W4."""
    assert 0 < len(said(template)) <= SHORT


@pytest.mark.parametrize("template", sorted(FOR_SUPPORTERS))
def test_a_text_for_a_supporter_does_not_carry_the_participants_id(template: str) -> None:
    """NO-W2."""
    assert "p-ana" not in said(template)


@pytest.mark.parametrize(
    "forbidden",
    ["She moves to PHP", "your DBT skills group", "PHQ9 is 12", "her depression", "on a risk list", "a therapist"],
)
def test_the_list_of_words_catches_what_it_is_for(forbidden: str) -> None:
    """NO-W2: a check that cannot fail is no check."""
    assert any(re.search(word, forbidden, re.IGNORECASE) for word in NEVER)
