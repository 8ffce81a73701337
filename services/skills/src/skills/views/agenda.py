"""What skills can answer for the next session: its agenda, targets, chain analyses, commitments and moments."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from common.change import NotFound, Record
from common.contracts.targets import CommitmentKind, CommitmentOutcome
from common.fold import collection_of
from common.mongo import Database
from skills.domain.agenda import DEFAULT_DAYS, Item, Period, Seen, chains_due, told_by_oneself
from skills.domain.agenda import agenda as ordered
from skills.domain.coverage import report
from skills.domain.record import SkillsRecord
from skills.domain.syllabus import Syllabus
from skills.domain.targets import RANKS, Chain, Commitment, Moment, Targets, WorkedOn
from skills.views.coverage import workbook

WORDS = "words"
LONGEST_DAYS = 60
"""Days an agenda may look back on. ASSUMED: a long absence."""


class ItemView(BaseModel):
    """One thing to speak about, and why it stands where it does."""

    rank: int
    rank_means: str
    severity: int
    on: date
    what: str
    about: str
    because: str
    rule: str
    must: bool
    chain_needed: bool


class AgendaView(BaseModel):
    """A proposal; therapist and participant decide. `agreement_made`: the participant committed to the treatment."""

    participant_id: str
    since: date
    until: date
    agreement_made: bool
    items: list[ItemView]
    chains_due: list[str]


class WithWords(BaseModel):
    """What the participant said in their own words, for whom it is."""

    words: dict[str, Any] | None = None


class TargetView(WorkedOn):
    """Something worked on."""

    target_id: str


class ChainView(Chain, WithWords):
    """A chain analysis."""

    chain_id: str


class CommitmentView(Commitment, WithWords):
    """A commitment."""

    commitment_id: str


class MomentView(Moment, WithWords):
    """Something between sessions."""

    moment_id: str


class TargetsView(BaseModel):
    """What is worked on, the most important first; the newest first in every other list."""

    participant_id: str
    targets: list[TargetView]
    chains: list[ChainView]
    commitments: list[CommitmentView]
    moments: list[MomentView]


def period(since: date | None, last: date, zone: ZoneInfo) -> Period:
    """The days an agenda looks at: from `since`, or the last week."""
    return Period(since or last - timedelta(days=DEFAULT_DAYS - 1), last, zone)


def words(participant_id: str, of: str, said: Mapping[str, Any]) -> Record:
    """Keep what was said in somebody's own words: here alone, in no message. Rule: SK-D14."""
    return Record(
        WORDS, f"{participant_id}|{of}", {"$set": {"participant_id": participant_id, "of": of, "words": said}}
    )


async def words_of(database: Database, participant_id: str) -> dict[str, dict[str, Any]]:
    """What somebody said in their own words, by the id of what it belongs to."""
    return {one["of"]: one["words"] for one in await database.find(WORDS, {"participant_id": participant_id})}


async def agenda(
    database: Database, syllabus: Syllabus, participant_id: str, days: Period, *, own: bool = False
) -> AgendaView:
    """The agenda of the next session, `own` as its participant reads it; raises NotFound `participant-unknown`.

    Rules: SK-T4 to SK-T9, SK-O2.
    """
    stored = await database.get(collection_of(SkillsRecord), participant_id)
    if stored is None:
        raise NotFound("participant-unknown", "skills has not heard of this participant")
    record = SkillsRecord.model_validate(stored["state"])
    book, worked_on = await workbook(database, participant_id), await _targets(database, participant_id)
    coverage = report(syllabus, record.curriculum, record.coverage.until(record.plan.ended_at))
    seen = Seen(record, book, worked_on, coverage)
    items = ordered(told_by_oneself(seen) if own else seen, days)
    return AgendaView(
        participant_id=participant_id,
        since=days.first,
        until=days.last,
        agreement_made=_agreed(worked_on),
        items=[_item(item) for item in items],
        chains_due=chains_due(items),
    )


async def targets(database: Database, participant_id: str, *, with_words: bool, own: bool = False) -> TargetsView:
    """Targets and what belongs to them, `own` as the participant reads them; empty where nothing was told.

    Rule: SK-O2.
    """
    held = await _targets(database, participant_id)
    found = held.agreed() if own else held
    said = await words_of(database, participant_id) if with_words else {}
    ranked = sorted(found.targets.items(), key=lambda pair: (pair[1].ended is not None, pair[1].rank))
    return TargetsView(
        participant_id=participant_id,
        targets=[TargetView(target_id=id, **dict(one)) for id, one in ranked],
        chains=[ChainView(chain_id=id, words=said.get(id), **dict(one)) for id, one in _newest(found.chains)],
        commitments=[
            CommitmentView(commitment_id=id, words=said.get(id), **dict(one)) for id, one in _newest(found.commitments)
        ],
        moments=[MomentView(moment_id=id, words=said.get(id), **dict(one)) for id, one in _newest(found.moments)],
    )


async def _targets(database: Database, participant_id: str) -> Targets:
    stored = await database.get(collection_of(Targets), participant_id)
    return Targets.model_validate(stored["state"]) if stored else Targets(id=participant_id)


def _agreed(found: Targets) -> bool:
    to_treatment = [one for one in found.commitments.values() if one.kind is CommitmentKind.TREATMENT]
    return bool(to_treatment) and to_treatment[-1].outcome is not CommitmentOutcome.CHANGED


def _item(item: Item) -> ItemView:
    return ItemView(rank_means=RANKS[item.rank], **item._asdict())


def _newest(some: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return list(some.items())[::-1]
