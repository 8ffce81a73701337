"""Whether a supporter may hear something, by the releases as they stand."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

from pydantic import BaseModel, ConfigDict

from common.contracts.part2 import Part2Notice, part2_notice
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
        """Whether it holds at this instant: through its last day, counted in UTC. Rule: NO-R2."""
        return self.active and (self.expires_on is None or at.astimezone(UTC).date() <= self.expires_on)

    def part2(self, language: str = "en") -> Part2Notice | None:
        """The statement that goes with what is told under it, where it covers substance use. Rule: NO-S6."""
        return part2_notice(self.release_id, self.scopes, self.expires_on, language)

    def ended(self, at: datetime) -> str:
        """The reason why it does not hold at this instant, or nothing."""
        if self.stands(at):
            return ""
        return "release-expired" if self.active else "release-revoked"


HELD_BACK = "held-back"
"""The participant keeps this supporter away. Rule: NO-R3."""


def permission(
    releases: Iterable[Release], supporter_id: str, scope: ReleaseScope | None, at: datetime
) -> Release | str:
    """The release under which a supporter may hear of `scope` at `at`, or the reason why not. Rule: NO-S2."""
    own = [release for release in releases if release.supporter_id == supporter_id]
    covering = [release for release in own if scope in release.scopes]
    for release in covering:
        if release.stands(at):
            return release
    if covering:
        return covering[-1].ended(at)
    return "scope-not-released" if any(release.stands(at) for release in own) else "no-active-release"
