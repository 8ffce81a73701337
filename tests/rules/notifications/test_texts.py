"""What the texts may say, and what they never say."""

import re
from pathlib import Path
from secrets import token_urlsafe

import pytest

import notifications
from common.contracts.words import Condition, DitPhase, Instrument, LevelOfCare, SkillModule
from notifications.domain.contact import LANGUAGES
from notifications.domain.policy import LONGEST_LINK
from notifications.domain.wording import FOR_SUPPORTERS, TEMPLATES
from notifications.views.links import TOKEN_BYTES
from notifications.views.texts import outside, text_of

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
NUNCA = [
    r"\b(hospital\w*|ambulatori\w*|residencial|parcial|intensiv\w*|nivel|alta m[eé]dica|ingres\w*)\b",
    r"\b(diagn[oó]s\w*|trastorno\w*|depresi\w*|ansiedad|bipolar|l[ií]mite|trauma\w*|s[ií]ntoma\w*|adicci\w*)\b",
    r"\b(puntuaci\w*|puntaje\w*|puntos?|resultados?|cuestionario\w*|escala)\b",
    r"\bgrupos?\b",
    r"suicid|\bDBT\b|\bTDC\b|\bDIT\b|terap|psi[qc]|sustancia|autoles|mental|medica|riesgo|cl[ií]nic",
]
ACUSA = r"\b(culpa\w*|fall[oóa]\w*|rechaz\w*|debe\w*|deber[ií]a\w*|neglig\w*|lamentablemente|incumpl\w*|mal)\b"
BLAMING = r"\b(fault|blame\w*|fail\w*|refus\w*|must|should|neglect\w*|non-?complian\w*|unfortunately|wrong|your own)\b"


LINK = f"https://{'x' * (LONGEST_LINK - 8)}{'_' * len(token_urlsafe(TOKEN_BYTES))}"
"""As long as a link may be, with what makes it good once."""
GSM = set("@£$¥èéùìòÇ\nØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿")
GSM |= set("abcdefghijklmnopqrstuvwxyzäöñüà")
"""Letters of which 160 fit into one text; with any other it is 70. Source: 3GPP TS 23.038, house: one text is one."""
OUTSIDE = sorted(file.stem for file in (FOLDER / "outside" / "en").glob("*.txt"))
ALL_INSIDE = [(template, language) for template in sorted(TEMPLATES) for language in LANGUAGES]
ALL_OUTSIDE = [(text, language) for text in OUTSIDE for language in LANGUAGES]


def said(template: str, language: str = "en") -> str:
    """The text, as a recipient reads it."""
    return text_of(template, "p-ana", language)


def said_outside(text: str, language: str) -> str:
    """The text as it leaves the house, by the channel for which it is longest."""
    whole = outside(text, language, link=LINK, participant_id="p" * 36)
    return f"{whole} {outside('stop', language)}" if text in ("message", "messages") else whole


def forbidden(words: str) -> list[str]:
    """What of the lists stands in these words, in any language, apart from the link and the id."""
    plain = words.replace(LINK, "").replace("p" * 36, "")
    return [word for word in (*NEVER, *NUNCA, BLAMING, ACUSA) if re.search(word, plain, re.IGNORECASE)]


def test_every_code_has_its_text_and_every_text_its_code() -> None:
    """NO-W1."""
    assert {file.stem for file in FOLDER.glob("*.txt")} == TEMPLATES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_there_in_every_language(language: str) -> None:
    """NO-W5: inside the app and outside."""
    inside = FOLDER if language == "en" else FOLDER / language
    assert {file.stem for file in inside.glob("*.txt")} == TEMPLATES
    assert sorted(file.stem for file in (FOLDER / "outside" / language).glob("*.txt")) == OUTSIDE


@pytest.mark.parametrize(("template", "language"), ALL_INSIDE)
def test_a_text_names_no_level_diagnosis_score_or_group_and_never_blames(template: str, language: str) -> None:
    """NO-W2, NO-W3."""
    assert forbidden(said(template, language)) == []


@pytest.mark.parametrize(("template", "language"), ALL_INSIDE)
def test_a_text_is_short_enough_for_any_channel(template: str, language: str) -> None:
    """NO-W4."""
    assert 0 < len(said(template, language)) <= SHORT


@pytest.mark.parametrize(("text", "language"), ALL_OUTSIDE)
def test_what_leaves_the_house_is_one_text_and_gives_nothing_away(text: str, language: str) -> None:
    """NO-W2, NO-W3, NO-W4: with the longest link and the words that tell how to stop it."""
    whole = said_outside(text, language)

    assert forbidden(whole) == []
    assert 0 < len(whole) <= SHORT
    assert set(whole) <= GSM


@pytest.mark.parametrize("template", sorted(FOR_SUPPORTERS))
def test_a_text_for_a_supporter_does_not_carry_the_participants_id(template: str) -> None:
    """NO-W2."""
    assert all("p-ana" not in said(template, language) for language in LANGUAGES)
    assert all("p" * 36 not in said_outside(text, language) for text, language in ALL_OUTSIDE if text != "page")


@pytest.mark.parametrize(
    "words",
    [
        *("She moves to PHP", "your DBT skills group", "PHQ9 is 12", "her depression", "on a risk list", "a therapist"),
        *("su diagnóstico", "la terapia de grupo", "un riesgo", "es culpa suya", "usted debe venir", "su puntuación"),
        *("it is your own fault", "you should come"),
    ],
)
def test_the_list_of_words_catches_what_it_is_for(words: str) -> None:
    """NO-W2, NO-W3: a check that cannot fail is no check."""
    assert forbidden(words)
