"""Who was told what, under which release, asked of everybody at once; ids only."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from common.contracts.words import Role
from common.plain import AskedAt
from common.web import allow
from family.views.told import told_page

router = APIRouter(prefix="/v1/told", tags=["told"])


class Asked(BaseModel):
    """What is asked for; `outcome` is `told`, `to-be-told` or `kept-silent`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    participant_id: str = ""
    supporter_id: str = ""
    release_id: str = ""
    outcome: str = ""
    since: AskedAt | None = None
    until: AskedAt | None = None
    before: str = ""
    limit: int = Field(100, ge=1, le=500)


@router.get("", dependencies=[allow(Role.PRIVACY)])
async def get_told(request: Request, asked: Annotated[Asked, Query()]) -> dict[str, Any]:
    """A page of who was told what under which release, and who was not told and why, newest first. Rule: FA-S5."""
    equal = asked.model_dump(include={"participant_id", "supporter_id", "release_id", "outcome"})
    wanted = {field: value for field, value in equal.items() if value}
    return await told_page(request.app.state.database, wanted, (asked.since, asked.until), asked.before, asked.limit)
