"""The parameters of what care rests on: read once, checked whole. Source of each: the comments of `care.yaml`."""

from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from intake.domain.age_of_consent import ConsentRules
from intake.domain.coverage_rules import AuthorisationRules, CertificationRules, Whole
from intake.domain.policy import PolicyInvalid
from intake.domain.report_rules import ReportRules


class CareRulesInvalid(PolicyInvalid):
    """The parameters cannot be used; each line says `path: what is wrong`."""


class HandOverRules(BaseModel):
    """After how many days an open hand-over is looked at again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    look_after_days: Whole


class CareRules(BaseModel):
    """What consents, hand-overs, authorisations, certifications and reports go by."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    consent: ConsentRules
    hand_over: HandOverRules
    authorisation: AuthorisationRules
    certification: CertificationRules
    report: ReportRules

    @classmethod
    def from_mapping(cls, parsed: Mapping[str, Any] | None) -> Self:
        """The parameters of a parsed file; raises CareRulesInvalid with readable lines."""
        try:
            return cls.model_validate(parsed or {})
        except ValidationError as wrong:
            lines = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in wrong.errors()]
            raise CareRulesInvalid(lines) from None
