"""The care team beside the one primary therapist: who belongs to it, in which role, until when."""

from datetime import date, datetime
from typing import Self

from pydantic import Field

from common.change import Aggregate, Invalid, Outcome
from common.contracts import care
from common.contracts.care import TeamRole
from common.contracts.message import Contract
from common.contracts.words import ParticipantId, StaffId


class CareTeam(Aggregate):
    """The care team of one participant (`id`), without the primary therapist, whom the episode names."""

    members: dict[str, care.TeamMemberJoined] = Field(default_factory=dict)
    """By `staff|role`: one person may have several roles."""

    def after(self, fact: Contract) -> Self:
        """The team once `fact` is true."""
        match fact:
            case care.TeamMemberJoined(staff_id=staff, role=role):
                return self.model_copy(update={"members": {**self.members, f"{staff}|{role}": fact}})
            case care.TeamMemberLeft(staff_id=staff, role=role):
                others = {key: member for key, member in self.members.items() if key != f"{staff}|{role}"}
                return self.model_copy(update={"members": others})
        return self

    def join(
        self, staff: StaffId, role: TeamRole, until_on: date | None, by: StaffId, today: date, at: datetime
    ) -> list[Outcome]:
        """Somebody belongs to the team; who stands in for the therapist does so until a day. Rule: IN-H5."""
        if role is TeamRole.COVER and until_on is None:
            raise Invalid("until-missing", "say until which day somebody stands in")
        if until_on is not None and until_on < today:
            raise Invalid("until-in-the-past", "this day is over")
        known = self.members.get(f"{staff}|{role}")
        if known is not None and known.until_on == until_on:
            return []
        return [
            care.TeamMemberJoined(
                at=at,
                participant_id=ParticipantId(self.id),
                staff_id=staff,
                role=role,
                until_on=until_on,
                added_by=by,
            )
        ]

    def leave(self, staff: StaffId, role: TeamRole, by: StaffId, at: datetime) -> list[Outcome]:
        """Somebody no longer belongs to the team; said of somebody who does not, nothing. Rule: IN-H5."""
        if f"{staff}|{role}" not in self.members:
            return []
        who = ParticipantId(self.id)
        return [care.TeamMemberLeft(at=at, participant_id=who, staff_id=staff, role=role, removed_by=by)]

    def on(self, day: date) -> list[care.TeamMemberJoined]:
        """Who belongs to the team on a local day, in the order in which they joined."""
        return [member for member in self.members.values() if member.until_on is None or day <= member.until_on]
