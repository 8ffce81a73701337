"""Whether a supporter may hear something, by the releases as they stand."""

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from common.contracts.words import ReleaseId, ReleaseScope, SupporterId


class Release(BaseModel):
    """What one participant lets one supporter hear. `active` is False once it was taken back."""

    model_config = ConfigDict(frozen=True)

    release_id: ReleaseId
    supporter_id: SupporterId
    scopes: tuple[ReleaseScope, ...]
    expires_on: date | None = None
    active: bool

    def stands(self, at: datetime) -> bool:
        """Whether it holds at this instant: through its last day, counted in UTC. Rule: FA-R2."""
        return self.active and (self.expires_on is None or at.astimezone(UTC).date() <= self.expires_on)


class Allowed(NamedTuple):
    """A supporter may hear something: about which scope, and under which release."""

    scope: ReleaseScope
    release_id: ReleaseId


def released(
    releases: Iterable[Release], supporter_id: SupporterId, wanted: Collection[ReleaseScope], at: datetime
) -> Allowed | None:
    """The first of the wanted scopes that this supporter may hear about at `at`, and by which release. Rule: FA-R3."""
    standing = [r for r in releases if r.supporter_id == supporter_id and r.stands(at)]
    found = (Allowed(scope, r.release_id) for scope in wanted for r in standing if scope in r.scopes)
    return next(found, None)


def why_silent(
    releases: Iterable[Release], supporter_id: SupporterId, wanted: Collection[ReleaseScope], at: datetime
) -> str:
    """Why this supporter may hear about none of the wanted scopes, as a code. Rule: FA-S2."""
    own = [r for r in releases if r.supporter_id == supporter_id]
    covering = [r for r in own if set(wanted) & set(r.scopes)]
    if covering:
        return "release-expired" if covering[-1].active else "release-revoked"
    return "scope-not-released" if any(r.stands(at) for r in own) else "no-release"
