"""What goes with everything told under a consent to tell of substance use. Source: 42 CFR 2.32; facts 6.6."""

from collections.abc import Iterable, Mapping
from datetime import date

from pydantic import BaseModel, ConfigDict

from common.contracts.words import ReleaseId, ReleaseScope

STATEMENT_ID = "42-CFR-2.32(a)(2)"
"""Which of the two statements that the rule allows: the short one."""
STATEMENT = "42 CFR part 2 prohibits unauthorized use or disclosure of these records."
"""Its words, as the rule spells them."""
IN_LANGUAGE: Mapping[str, str] = {
    "en": STATEMENT,
    "es": f"{STATEMENT} (La norma 42 CFR parte 2 prohíbe usar o divulgar estos registros sin autorización.)",
}

EXPLAINS: Mapping[str, str] = {
    "en": "The person agreed in writing that you may hear of: {scopes}. This holds {until}; they may take it back.",
    "es": "La persona aceptó por escrito que usted sepa de: {scopes}. Vale {until}; puede retirarlo.",
}
UNTIL: Mapping[str, tuple[str, str]] = {
    "en": ("through {day}", "until it ends as the consent says"),
    "es": ("hasta el {day} inclusive", "hasta que termine como dice el consentimiento"),
}
SCOPES: Mapping[ReleaseScope, Mapping[str, str]] = {
    ReleaseScope.PRESENCE: {"en": "that they are here", "es": "que está aquí"},
    ReleaseScope.SCHEDULE: {"en": "dates and times", "es": "fechas y horas"},
    ReleaseScope.FAMILY_SESSIONS: {"en": "talks with family", "es": "las conversaciones con la familia"},
    ReleaseScope.SKILLS_CURRICULUM: {"en": "the skills that are taught", "es": "las habilidades que se enseñan"},
    ReleaseScope.PROGRESS_SUMMARY: {"en": "how it goes, in short", "es": "cómo va, en resumen"},
    ReleaseScope.SAFETY_PLAN: {"en": "the safety plan", "es": "el plan de seguridad"},
    ReleaseScope.RISK_ALERTS: {"en": "danger", "es": "peligro"},
    ReleaseScope.TRANSITION_PLAN: {"en": "planned changes of care", "es": "los cambios previstos en la atención"},
    ReleaseScope.MEDICATION: {"en": "medication", "es": "la medicación"},
    ReleaseScope.BILLING: {"en": "costs", "es": "los costos"},
    ReleaseScope.SUD: {"en": "records of substance use", "es": "los registros de consumo de sustancias"},
}
"""What each scope of a consent means to who reads it."""


class Part2Notice(BaseModel):
    """The statement, and what the consent covers, in words: 42 CFR 2.32(a) and (b)."""

    model_config = ConfigDict(frozen=True)

    statement_id: str = STATEMENT_ID
    statement: str
    release_id: ReleaseId
    scope: str


def part2_notice(
    release_id: ReleaseId, scopes: Iterable[ReleaseScope], expires_on: date | None, language: str = "en"
) -> Part2Notice | None:
    """What goes with what is told under this release; None where it does not cover substance use.

    `language` is `en` or `es`; the statement itself always stands as the rule spells it.
    """
    covered = tuple(dict.fromkeys(scopes))
    if ReleaseScope.SUD not in covered:
        return None
    dated, open_ended = UNTIL[language]
    until = dated.format(day=expires_on.isoformat()) if expires_on else open_ended
    told = ", ".join(SCOPES[scope][language] for scope in covered)
    explained = EXPLAINS[language].format(scopes=told, until=until)
    return Part2Notice(statement=IN_LANGUAGE[language], release_id=release_id, scope=explained)
