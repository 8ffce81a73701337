"""Every transition ends, or is open for a reason; whole or not at all, and never without people."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

from throughline.invariants.shapes import Finding, House, Row, judge, moment

ENDINGS = {
    "TransitionCompleted": "completed",
    "TransitionRefused": "refused",
    "TransitionStale": "stale",
    "TransitionExpired": "expired",
    "TransitionCompensated": "compensated",
}
BOTH_ROLES = frozenset({"clinician", "medical"})
"""Leaving residential care for day care needs one of each. Source: facts 2.7."""

PLACELESS = frozenset({"", "CLOSED", "EXTERNAL_ACUTE"})
"""Coming from there, no place of ours is given back."""

CARRYING = frozenset({"STEP_DOWN", "STEP_UP", "COMPLETION"})
"""Moves between our levels take family and curriculum along."""

OF_THEIR_OWN = frozenset({"EMERGENCY", "RETURN", "REOPENING"})
"""True before anything was arranged, or back to a place that was kept."""

Story = Sequence[Row]


def stories(house: House) -> dict[str, list[Row]]:
    """What intake said about each transition, in order."""
    told: dict[str, list[Row]] = defaultdict(list)
    for row in house.said("intake.episodes"):
        if "transition_id" in row.data:
            told[row.data["transition_id"]].append(row)
    return dict(told)


def first(story: Story, type: str) -> Row | None:
    """The first fact of this type."""
    return next((row for row in story if row.type == type), None)


def ending(story: Story) -> str:
    """How it ended, or nothing."""
    return next((ENDINGS[row.type] for row in story if row.type in ENDINGS), "")


def every_transition_ends(house: House) -> Finding:
    """Completed, refused, stale, expired or compensated once, as the last word; else open for a good reason."""
    told = stories(house)
    broken = [f"transition {id}: {wrong}" for id, story in told.items() if (wrong := _unended(story, house.newest))]
    return judge("S2a every transition ends or has a reason", len(told), broken)


def _unended(story: Story, newest: datetime | None) -> str:
    endings = [row for row in story if row.type in ENDINGS]
    if story[0].type != "TransitionProposed":
        return f"begins with {story[0].type}"
    if len(endings) > 1:
        return "ends twice"
    if endings:
        return "" if story[-1] is endings[0] else f"{story[-1].type} after its end"
    return _stuck(story, newest or story[-1].recorded_at)


def _stuck(story: Story, newest: datetime) -> str:
    """Why an open transition should not be open any more at `newest`, or nothing."""
    last = story[-1]
    if half := next((type for type in ("TransitionCompensating", "TransitionDue") if first(story, type)), ""):
        return f"stopped after {half}"
    if last.type == "TransitionHeld":
        return "" if last.data["reason"] else "held without a reason"
    if last.type == "TransitionDeferred" and moment(last.data["until"]) > newest:
        return ""
    ready, approved = first(story[::-1], "TransitionReady"), first(story, "TransitionApproved")
    deadline = (ready or approved or story[0]).data["effective_at" if ready or approved else "expires_at"]
    return "" if moment(deadline) > newest else f"open since {last.type}"


def one_transition_at_a_time(house: House) -> Finding:
    """A participant has at most one open transition, and the stored episode knows which."""
    told = stories(house)
    open_ids = {(story[0].subject, id) for id, story in told.items() if not ending(story)}
    known = {
        (who, state["transition"]["id"])
        for who, state in house.states("intake", "episode").items()
        if state["transition"]
    }
    broken = [f"transition {id} of {who}" for who, id in sorted(open_ids ^ known)]
    several = Counter(who for who, _ in open_ids)
    broken += [f"{who} has {n} open transitions" for who, n in several.items() if n > 1]
    return judge("S2b one open transition at a time", len(told), broken)


def people_decide(house: House) -> Finding:
    """Approved only with enough signatures by distinct entitled people; no level changes without approval."""
    told = stories(house)
    broken = [f"transition {id}: {wrong}" for id, story in told.items() for wrong in _unsigned(story)]
    return judge("S2c people decide", len(told), broken)


def _unsigned(story: Story) -> Iterator[str]:
    approved = first(story, "TransitionApproved")
    changed = first(story, "LevelOfCareChanged")
    if approved:
        signed = [r for r in story if r.type == "TransitionSigned" and r.sequence < approved.sequence]
        proposed = story[0].data
        if len({row.data["signed_by"] for row in signed}) < max(1, proposed["signatures_needed"]):
            yield "approved without enough signatures"
        out_of_residential = (proposed.get("from_level"), proposed["to_level"]) == ("RESIDENTIAL", "PHP")
        if out_of_residential and not {row.data["role"] for row in signed} >= BOTH_ROLES:
            yield "approved without both roles"
    if changed and (approved is None or approved.sequence > changed.sequence):
        yield "level changed without approval"
    if changed and approved and approved.data["to_level"] != changed.data["to_level"]:
        yield "level changed to another than approved"


def completed_is_complete(house: House) -> Finding:
    """Completed: level changed, place confirmed once, old place free, family and curriculum taken along."""
    told = {id: story for id, story in stories(house).items() if ending(story) == "completed"}
    seen = _elsewhere(house)
    broken = [f"transition {id}: {wrong}" for id, story in told.items() for wrong in _incomplete(id, story, seen)]
    return judge("S3a completed is complete", len(told), broken)


def _incomplete(id: str, story: Story, seen: Counter[tuple[str, ...]]) -> Iterator[str]:
    changed, completed = first(story, "LevelOfCareChanged"), first(story, "TransitionCompleted")
    if story[0].data["kind"] in OF_THEIR_OWN:
        return
    if changed is None or completed is None or changed.sequence > completed.sequence:
        yield "completed without a change of level"
        return
    from_level, to_level = changed.data.get("from_level") or "", changed.data["to_level"]
    if seen["PlaceConfirmed", id, to_level] != 1:
        yield "place not confirmed exactly once"
    if from_level not in PLACELESS and not seen["PlaceReleased", id, from_level]:
        yield "old place not given back"
    if changed.data["kind"] not in CARRYING:
        return
    if not seen["CurriculumCarried", id] or seen["CurriculumCarryUndone", id]:
        yield "curriculum not carried"
    arranged = seen["TransitionMeetingArranged", id] + seen["AlternativeSupportPlanUsed", id]
    if not arranged or seen["TransitionMeetingCancelled", id]:
        yield "nothing arranged with the family"


def stopped_leaves_nothing(house: House) -> Finding:
    """Refused, stale, expired or compensated: no level changed, and everything arranged was given back."""
    told = {id: story for id, story in stories(house).items() if ending(story) not in ("", "completed")}
    seen = _elsewhere(house)
    claims = {id for board in house.states("scheduling", "levelboard").values() for id in board["claims"]}
    broken = []
    for id, story in told.items():
        broken += [f"transition {id}: {wrong}" for wrong in _left_behind(id, story, seen)]
        broken += [f"transition {id}: still on a board"] if id in claims else []
    return judge("S3b stopped leaves nothing behind", len(told), broken)


def _left_behind(id: str, story: Story, seen: Counter[tuple[str, ...]]) -> Iterator[str]:
    if first(story, "LevelOfCareChanged"):
        yield "changed the level"
    level = story[0].data["to_level"]
    if any(seen[type, id, level] for type in TAKEN) and not seen["PlaceReleased", id, level]:
        yield "place not given back"
    if seen["CurriculumCarried", id] and not seen["CurriculumCarryUndone", id]:
        yield "curriculum not put back"
    arranged = seen["TransitionMeetingArranged", id] + seen["AlternativeSupportPlanUsed", id]
    if arranged and not seen["TransitionMeetingCancelled", id]:
        yield "meeting not cancelled"


TAKEN = ("PlaceHeld", "PlaceUnavailable", "PlaceConfirmed")


def _elsewhere(house: House) -> Counter[tuple[str, ...]]:
    """What other services said about transitions: by type and id, and for places also by level."""
    seen: Counter[tuple[str, ...]] = Counter()
    for topic in ("scheduling.rosters", "skills.progress", "family.engagement"):
        for row in house.said(topic):
            if id := row.data.get("transition_id"):
                level = (row.data["level"],) if "level" in row.data else ()
                seen[(row.type, id, *level)] += 1
    return seen


CHECKS = (
    every_transition_ends,
    one_transition_at_a_time,
    people_decide,
    completed_is_complete,
    stopped_leaves_nothing,
)
