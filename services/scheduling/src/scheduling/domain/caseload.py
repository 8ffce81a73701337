"""How many participants a clinician is primary therapist of, at most."""

from datetime import datetime
from typing import Self

from common.change import Aggregate
from common.contracts.message import Contract
from common.contracts.sessions import CaseloadLimitSet
from common.contracts.words import StaffId

USUAL = 8
"""ASSUMED: the limit of a clinician for whom nobody has said another."""


class Caseload(Aggregate):
    """One clinician's limit; its id is the staff member's. Who is in their care, intake says."""

    at_most: int | None = USUAL

    def after(self, fact: Contract) -> Self:
        """The limit once `fact` is true."""
        if not isinstance(fact, CaseloadLimitSet):
            return self
        return self.model_copy(update={"at_most": fact.at_most})

    def limit(self, at_most: int | None, by: StaffId, now: datetime) -> list[Contract]:
        """Say how many at most; said twice, it is said once. Rule: SC-W1."""
        if at_most == self.at_most:
            return []
        return [CaseloadLimitSet(at=now, staff=StaffId(self.id), at_most=at_most, set_by=by)]
