"""What intake can answer of opinions on the level of care: how each stands, and which speak against what is open."""

from datetime import datetime
from typing import Any

from common.mongo import Database
from intake.domain.episode import Episode, Rules
from intake.domain.evidence_items import LocOpinion
from intake.domain.loc_opinions import conflict, standing

HIDDEN = {"event_id", "kind", "revision", "void"}
OVER = frozenset({"refused", "stale", "expired", "compensating", "compensated", "completed"})
"""States in which nothing is left to sign."""
OPEN = {f"state.{part}": 1 for part in ("id", "transition", "evidence.loc_opinions")}
"""What of an episode says whether an opinion speaks against it."""


def listed(episode: Episode, rules: Rules, now: datetime) -> list[dict[str, Any]]:
    """Every opinion of an episode with its standing, oldest first."""
    against = conflict(episode, rules, now)
    stands = standing(episode.evidence, rules, now)
    return [{**_shown(one), "stands": how, "asks_for_more": one in against} for one, how in stands.items()]


async def with_conflicts(
    database: Database, rows: list[dict[str, Any]], rules: Rules, now: datetime
) -> list[dict[str, Any]]:
    """The same transitions; each that is open says which opinions ask for a higher level than it. Rule: IN-O2."""
    who = sorted({row["participant_id"] for row in rows if row["state"] not in OVER})
    found = await database.find("episode", {"_id": {"$in": who}}, fields=OPEN) if who else []
    by_transition: dict[str, list[dict[str, Any]]] = {}
    for document in found:
        episode = Episode.model_validate(document["state"])
        if episode.transition is not None:
            by_transition[episode.transition.id] = [_shown(one) for one in conflict(episode, rules, now)]
    return [{**row, "conflict": by_transition.get(row["transition_id"], [])} for row in rows]


def _shown(one: LocOpinion) -> dict[str, Any]:
    return one.model_dump(mode="json", exclude=HIDDEN)
