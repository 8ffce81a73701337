"""The parameters of reports on outcomes. Source of each: the comments of `care.yaml`."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from common.contracts.words import Instrument
from intake.domain.connection import Source

Days = Annotated[int, Field(strict=True, ge=1, le=365)]


class ReportRules(BaseModel):
    """Which cells are too small to show, who is counted, what is regular contact, and what is far enough apart."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    smallest_cell: Annotated[int, Field(strict=True, ge=2, le=1000)]
    weeks_in_care: Annotated[int, Field(strict=True, ge=1, le=520)]
    regular_per_week: Mapping[Source, Annotated[float, Field(gt=0)]]
    apart_days: Mapping[Instrument, Days]

    @model_validator(mode="after")
    def _names_all(self) -> "ReportRules":
        absent = [*(set(Source) - self.regular_per_week.keys()), *(set(Instrument) - self.apart_days.keys())]
        if absent:
            raise ValueError(f"lacks {', '.join(sorted(absent))}, expected an entry for each")
        return self
