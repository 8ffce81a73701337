"""Releases: who may hear what about a participant. Granted and revoked by the participant, kept by intake."""

from datetime import date, datetime
from typing import Self

from pydantic import Field

from common.change import Aggregate, Invalid, NotFound, Outcome
from common.contracts import intake as said
from common.contracts.message import Contract
from common.contracts.words import ParticipantId, ReleaseId, ReleaseScope, SupporterId


class Consents(Aggregate):
    """The releases of one participant. `id` is the participant's."""

    releases: dict[str, said.ReleaseGranted] = Field(default_factory=dict)
    revoked: frozenset[str] = frozenset()

    def after(self, fact: Contract) -> Self:
        """The consents once `fact` is true."""
        match fact:
            case said.ReleaseGranted(release_id=id):
                return self.model_copy(update={"releases": {**self.releases, id: fact}})
            case said.ReleaseRevoked(release_id=id):
                return self.model_copy(update={"revoked": self.revoked | {id}})
        return self

    def grant(
        self,
        id: ReleaseId,
        supporter_id: SupporterId,
        scopes: tuple[ReleaseScope, ...],
        expires_on: date | None,
        at: datetime,
    ) -> list[Outcome]:
        """Each scope is opted in; none is implied. Rule: IN-C1."""
        if not scopes:
            raise Invalid("no-scope", "a release names at least one scope")
        if expires_on is not None and expires_on < at.date():
            raise Invalid("expired-already", "the release would have expired already")
        return [
            said.ReleaseGranted(
                at=at,
                participant_id=ParticipantId(self.id),
                release_id=id,
                supporter_id=supporter_id,
                scopes=tuple(dict.fromkeys(scopes)),
                expires_on=expires_on,
            )
        ]

    def revoke(self, id: ReleaseId, at: datetime) -> list[Outcome]:
        """Taken back at any time, from now on; said twice, once. Rule: IN-C2."""
        granted = self.releases.get(id)
        if granted is None:
            raise NotFound("no-such-release", "this participant has no release with this id")
        if id in self.revoked:
            return []
        return [
            said.ReleaseRevoked(
                at=at, participant_id=ParticipantId(self.id), release_id=id, supporter_id=granted.supporter_id
            )
        ]
