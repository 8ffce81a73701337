"""What was written about somebody intake has said nothing of, for whoever may have misspelt an id."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from family.doors.http import FAMILY_WORK
from family.views.unheard import unheard_of

router = APIRouter(prefix="/v1/unheard-of", tags=["unheard-of"], dependencies=FAMILY_WORK)


@router.get("")
async def get_unheard_of(request: Request, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> list[dict[str, Any]]:
    """Participants written about here of whom intake has said nothing, by id. Rule: FA-N9."""
    return await unheard_of(request.app.state.database, limit)
