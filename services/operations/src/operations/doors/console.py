"""The operators' console: server-rendered pages for a browser that carries a staff token in a cookie."""

import secrets
from typing import Annotated, Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, PackageLoader

from common.auth import Door, Staff, Unauthenticated
from common.change import NotEntitled, NotFound
from common.contracts.words import Role
from common.web import Acting, Receipt, acting
from operations.domain.transitions import STUCK_AFTER_MINUTES, stuck_before
from operations.doors import acts
from operations.views import pages, words
from operations.views.overview import overview

COOKIE = "throughline_token"
TOKEN_LIMIT = 16_384
"""ASSUMED: bytes of a login form; a staff token has about a thousand."""

router = APIRouter(include_in_schema=False)
templates = Environment(loader=PackageLoader("operations"), autoescape=True, trim_blocks=True, lstrip_blocks=True)
templates.filters |= words.FILTERS


async def operator(request: Request) -> Staff:
    """Who sits at the console; raises Unauthenticated or NotEntitled. Rule: OP-10."""
    return await _operator(request, request.cookies.get(COOKIE, ""))


Operator = Annotated[Staff, Depends(operator)]


async def acting_at_console(
    request: Request,
    response: Response,
    staff: Operator,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
) -> Acting:
    """One write from the console; the header cannot be sent by another site's form."""
    return await acting(request, response, staff, idempotency_key)


ConsoleDoing = Annotated[Acting, Depends(acting_at_console)]


@router.get("/")
async def console(request: Request) -> Response:
    """The console; without a token that holds, the way to the login."""
    try:
        staff = await operator(request)
    except (Unauthenticated, NotEntitled):
        return RedirectResponse("/login", 303)
    return _page("overview.html", staff=staff, **await _overview(request))


@router.get("/console/parts")
async def console_parts(request: Request, staff: Operator) -> Response:
    """The parts of the console that change, as HTML fragments."""
    return _page("overview_parts.html", staff=staff, **await _overview(request))


@router.get("/journeys/{participant_id}")
async def journey_page(request: Request, participant_id: str) -> Response:
    """One participant's timeline."""
    try:
        staff = await operator(request)
        return _page("journey.html", staff=staff, **await _journey(request, participant_id))
    except (Unauthenticated, NotEntitled):
        return RedirectResponse("/login", 303)
    except NotFound:
        return _page("nobody.html", 404, participant_id=participant_id)


@router.get("/console/journeys/{participant_id}/parts")
async def journey_parts(request: Request, participant_id: str, staff: Operator) -> Response:
    """The parts of a timeline that change, as HTML fragments."""
    return _page("journey_parts.html", staff=staff, **await _journey(request, participant_id))


@router.get("/login")
async def login_form() -> Response:
    """Where an operator shows their token."""
    return _page("login.html", wrong="")


@router.post("/login")
async def log_in(request: Request) -> Response:
    """Keep a token that holds in a cookie no script can read; say why one does not hold. Rule: OP-10."""
    body = (await request.body())[:TOKEN_LIMIT]
    token = parse_qs(body.decode("utf-8", "replace")).get("token", [""])[0].strip()
    try:
        await _operator(request, token)
    except (Unauthenticated, NotEntitled) as no:
        return _page("login.html", 403 if isinstance(no, NotEntitled) else 401, wrong=str(no))
    answer = RedirectResponse("/", 303)
    secure = request.url.scheme == "https"
    answer.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=secure, path="/")
    return answer


@router.post("/logout")
async def log_out() -> Response:
    """Forget the token."""
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(COOKIE, httponly=True, samesite="strict", path="/")
    return answer


@router.post("/console/parked/replay")
async def replay_parked(doing: ConsoleDoing, wanted: acts.Replay) -> Receipt:
    """Ask for a replay from the console."""
    return await acts.replay(doing, wanted)


@router.post("/console/parked/discard")
async def discard_parked(doing: ConsoleDoing, wanted: acts.Discard) -> Receipt:
    """Ask for a discard from the console."""
    return await acts.discard(doing, wanted)


async def _operator(request: Request, token: str) -> Staff:
    door: Door = request.app.state.door
    staff = await door.who(f"Bearer {token}")
    if Role.OPERATOR not in staff.roles:
        raise NotEntitled("role-missing", "this token does not carry the role operator")
    return staff


async def _overview(request: Request) -> dict[str, Any]:
    state = request.app.state
    return {"house": await overview(state.database, state.clock.now()), "site": state.settings.site}


async def _journey(request: Request, participant_id: str) -> dict[str, Any]:
    state = request.app.state
    found, now = await pages.journey(state.database, participant_id), state.clock.now()
    late = stuck_before(now, STUCK_AFTER_MINUTES)
    return {"found": found, "now": now, "stuck_before": late, "site": state.settings.site}


def _page(template: str, status: int = 200, **context: Any) -> HTMLResponse:
    nonce = secrets.token_urlsafe(16)
    html = templates.get_template(template).render(nonce=nonce, **context)
    return HTMLResponse(html, status, headers=_headers(nonce))


def _headers(nonce: str) -> dict[str, str]:
    """Nothing from elsewhere is loaded, framed or sent to, and nothing is kept."""
    policy = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
