"""Releases: what the participant allowed is what family and notifications go by, and no supporter hears more."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any

from throughline.invariants.shapes import Finding, House, Row, judge

Stand = tuple[str, frozenset[str], str | None, bool]
"""How a release stands: supporter, scopes, last day, in force."""


def releases_are_believed(house: House) -> Finding:
    """Intake's consents, family's and notifications' releases are all as the participant last said. Promise 2."""
    revoked = {row.data["release_id"] for row in house.said("intake.episodes", "ReleaseRevoked")}
    said = {
        (row.subject, row.data["release_id"]): _stand(row.data, row.data["release_id"] not in revoked)
        for row in house.said("intake.episodes", "ReleaseGranted")
    }
    broken = []
    for where, stored in (
        ("intake", _consents(house)),
        ("family", _copies(house, "family", "supportnetwork")),
        ("notifications", _copies(house, "notifications", "correspondence")),
    ):
        differing = [key for key in {*said, *stored} if said.get(key) != stored.get(key)]
        broken += [f"{where}: release {id} of {who}" for who, id in sorted(differing)]
    return judge("F0 releases are believed everywhere", len(said), broken)


def _stand(release: Mapping[str, Any], active: bool) -> Stand:
    return release["supporter_id"], frozenset(release["scopes"]), release.get("expires_on"), active


def _consents(house: House) -> dict[tuple[str, str], Stand]:
    return {
        (who, id): _stand(release, id not in state["revoked"])
        for who, state in house.states("intake", "consents").items()
        for id, release in state["releases"].items()
    }


def _copies(house: House, service: str, aggregate: str) -> dict[tuple[str, str], Stand]:
    return {
        (who, id): _stand(release, release["active"])
        for who, state in house.states(service, aggregate).items()
        for id, release in state["releases"].items()
    }


@dataclass(frozen=True)
class Permissions:
    """What was granted and revoked, and when notifications took the revocations."""

    granted: Mapping[str, Row]
    revoked: Mapping[str, Row]
    heeded: Mapping[str, Row]
    scopes: Mapping[str, str | None]

    def why_not(self, sent: Row) -> str:
        """Why this notice to a supporter should not have been sent, or nothing.

        Expiry counts by the UTC date at which the sending was recorded. A revocation counts once
        notifications took it: one that was still on its way could not be known (see `crossed`).
        """
        granted = self.granted.get(sent.data.get("release_id", ""))
        if granted is None or granted.recorded_at > sent.recorded_at:
            return "without a release"
        if (granted.subject, granted.data["supporter_id"]) != (sent.subject, sent.data["recipient_id"]):
            return "under the release of somebody else"
        if self.scopes.get(sent.data["notice_id"]) not in granted.data["scopes"]:
            return "for a scope not released"
        last_day = granted.data.get("expires_on")
        if last_day and date.fromisoformat(last_day) < sent.recorded_at.astimezone(UTC).date():
            return "after the release expired"
        return "after the release was revoked" if self._revoked(sent) and not self.crossed(sent) else ""

    def crossed(self, sent: Row) -> bool:
        """Whether the release was revoked already, but notifications heard of it only after this notice."""
        revoked = self._revoked(sent)
        heeded = self.heeded.get(revoked.id) if revoked else None
        return heeded is not None and heeded.sequence > sent.sequence

    def _revoked(self, sent: Row) -> Row | None:
        revoked = self.revoked.get(sent.data.get("release_id", ""))
        return revoked if revoked and revoked.recorded_at <= sent.recorded_at else None


def only_under_a_release(house: House) -> Finding:
    """No supporter was told without a release in force for its scope at the instant of sending."""
    permissions = Permissions(
        granted={row.data["release_id"]: row for row in house.said("intake.episodes", "ReleaseGranted")},
        revoked={row.data["release_id"]: row for row in house.said("intake.episodes", "ReleaseRevoked")},
        heeded={row.cause: row for row in house.said("notifications.deliveries", "ReleaseHeeded")},
        scopes={
            row.data["notice_id"]: row.data.get("scope") for row in house.said("notifications.commands", "SendNotice")
        },
    )
    told = house.said("notifications.deliveries", "NoticeSent")
    told = [row for row in told if row.data["recipient_kind"] == "SUPPORTER"]
    broken = [f"{row} {why}" for row in told if (why := permissions.why_not(row))]
    crossed = sum(map(permissions.crossed, told))
    remark = f"holds; {crossed} crossed a revocation on its way" if crossed else ""
    return judge("F1 no supporter is told without a release", len(told), broken, remark)


CHECKS = (releases_are_believed, only_under_a_release)
