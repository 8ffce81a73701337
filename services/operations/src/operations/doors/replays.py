"""Replays in bulk over HTTP: start one, look at it, stop it."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field

from common.change import Invalid, change
from common.contracts import SERVICES
from common.contracts.words import Role
from common.web import Body, Doing, Receipt, allow
from operations.domain.replays import MOST_PLACES, PER_SECOND, BulkReplay
from operations.doors.acts import Name
from operations.views import replays

router = APIRouter(dependencies=[allow(Role.OPERATOR)])


class BulkReplayWanted(Body):
    """Which open dead letters: all, or those that match everything said; and how many places a second."""

    listener: Name | None = None
    source: Name | None = None
    topic: Name | None = None
    about: Name | None = None
    message_type: Name | None = None
    reason: Name | None = None
    per_second: Annotated[float, Field(gt=0, le=100)] = PER_SECOND
    dry_run: bool = False

    def query(self) -> dict[str, str]:
        """What a dead letter must match; raises Invalid for a service the house does not have."""
        if self.listener is not None and self.listener not in SERVICES:
            raise Invalid("no-such-service", f"the services are: {', '.join(SERVICES)}")
        said = self.model_dump(exclude={"per_second", "dry_run", "message_type"}, exclude_none=True)
        return {**said, "type": self.message_type} if self.message_type is not None else said


@router.post("/v1/parked/replays")
async def start(request: Request, doing: Doing, wanted: BulkReplayWanted) -> Receipt:
    """Begin a replay in bulk; the receipt's id is the run's. Raises Invalid for too many places. Rule: OP-11."""
    places = await replays.places(request.app.state.database, wanted.query())
    if len(places) > MOST_PLACES:
        raise Invalid("too-many-places", f"{len(places)} subjects stand still; ask for at most {MOST_PLACES} at once")
    begin = change(
        BulkReplay,
        doing.id,
        BulkReplay.start,
        by=doing.staff.id,
        per_second=wanted.per_second,
        dry_run=wanted.dry_run,
        places=places,
        now=doing.now,
    )
    return await doing.do(begin, places=str(len(places)))


@router.get("/v1/parked/replays/{run_id}")
async def look(request: Request, run_id: str) -> replays.Run:
    """One replay in bulk, place by place; raises NotFound. Rule: OP-12."""
    return await replays.run(request.app.state.database, run_id)


@router.post("/v1/parked/replays/{run_id}/cancel")
async def cancel(doing: Doing, run_id: str) -> Receipt:
    """Ask for no further place; raises NotFound. Rule: OP-11."""
    return await doing.do(change(BulkReplay, run_id, BulkReplay.cancel, doing.staff.id, doing.now))
