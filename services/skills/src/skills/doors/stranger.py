"""Says in the answer to a write that skills has not heard of this participant yet: it may be a slip of the pen."""

from fastapi import Depends, Request, Response

from skills.views.measures import heard_of

HEARD_OF = "X-Participant-Heard-Of"


async def say_if_unheard(request: Request, response: Response) -> None:
    """What is written is kept all the same: intake's word may still be on its way. Rule: SK-O6."""
    pid = request.path_params.get("pid")
    if request.method != "GET" and pid and not await heard_of(request.app.state.database, pid):
        response.headers[HEARD_OF] = "not-yet"


SAYS_IF_UNHEARD = Depends(say_if_unheard)
