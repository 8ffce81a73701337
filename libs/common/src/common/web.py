"""The HTTP frame all services share: acts that happen once, problems with stable codes, staff, correlation."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import uuid4

from fastapi import Depends, FastAPI, Header, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, field_validator
from starlette.exceptions import HTTPException

from common import tracing
from common.auth import Door, KeysAway, Staff, Unauthenticated
from common.batch import KeyReused, StaleVersion
from common.change import Effect, Invalid, NotEntitled, NotFound, Refused
from common.clock import Clock
from common.contracts.words import Role
from common.desk import Desk
from common.logs import log
from common.mongo import DatabaseError, is_outage
from common.plain import IS_NO_ID, meant, wrong_ids
from common.units import Act, Answer

STATUS: dict[type[Exception], int] = {
    StaleVersion: 412,
    KeyReused: 422,
    Invalid: 422,
    NotFound: 404,
    NotEntitled: 403,
    Refused: 409,
}
PROBLEM = "application/problem+json"
PATIENCE_SECONDS = 10.0
"""How long a write waits for the database before it is answered with 503."""


class Body(BaseModel):
    """A request body: nothing passes that it does not know, nor what cannot be stored or meant."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @field_validator("*")
    @classmethod
    def _meant(cls, value: Any) -> Any:
        return meant(value)


class Receipt(BaseModel):
    """What a write did: whose aggregate, its version now, and the facts it said."""

    id: str
    version: int
    said: tuple[str, ...]
    repeated: bool = False
    extra: dict[str, str] = {}


class Problem(Exception):
    """An answer other than success, as RFC 9457 writes it."""

    def __init__(self, status: int, code: str, detail: str, **more: Any) -> None:
        super().__init__(code)
        self.status, self.code, self.detail, self.more = status, code, detail, more


def problem(status: int, code: str, detail: str, **more: Any) -> JSONResponse:
    """A problem+json answer with a stable code."""
    body = {
        "type": f"/problems/{code}",
        "title": code,
        "status": status,
        "code": code,
        "detail": detail,
        **more,
    }
    return JSONResponse(body, status, media_type=PROBLEM)


@dataclass(frozen=True, slots=True)
class Acting:
    """One write over HTTP: who asks, when, and how it reaches the desk."""

    staff: Staff
    now: datetime
    id: str
    _desk: Desk
    _response: Response
    _key: str
    _fingerprint: str
    _correlation_id: str
    _if_match: int | None
    _route: str
    _traceparent: str

    async def do(self, *effects: Effect, **answer: str) -> Receipt:
        """Commit the effects; `answer` goes back to the sender, also when the same request comes again."""
        with tracing.act(self._route, self.id, self._traceparent) as traceparent:
            said = await self._take(self._act(effects, answer, traceparent))
        self._response.headers["ETag"] = f'"{said.version}"'
        self._response.headers["X-Correlation-ID"] = self._correlation_id
        return Receipt(id=said.id, version=said.version, said=said.said, repeated=said.repeated, extra=said.extra)

    def _act(self, effects: Sequence[Effect], answer: dict[str, str], traceparent: str) -> Act:
        return Act(
            id=self.id,
            time=self.now,
            effects=effects,
            key=self._key,
            fingerprint=self._fingerprint,
            correlation_id=self._correlation_id,
            if_match=self._if_match,
            traceparent=traceparent,
            answer=answer,
        )

    async def _take(self, act: Act) -> Answer:
        try:
            (said,) = await asyncio.wait_for(asyncio.shield(self._desk.take([act])), PATIENCE_SECONDS)
        except TimeoutError:
            detail = "whether it happened is not known; send it again with the same Idempotency-Key"
            raise Problem(503, "outcome-unknown", detail) from None
        if isinstance(said, Refused):
            raise said
        assert isinstance(said, Answer)
        return said


async def with_plain_ids(request: Request) -> None:
    """Nothing in the path that can be no id; raises RequestValidationError."""
    if wrong := wrong_ids(request.path_params):
        raise RequestValidationError([{"loc": ("path", name), "msg": IS_NO_ID} for name in wrong])


async def staff_of(request: Request, authorization: Annotated[str | None, Header()] = None) -> Staff:
    """The person who asks; raises NotEntitled for a token that carries no role of ours."""
    door: Door = request.app.state.door
    staff = await door.who(authorization)
    if not staff.roles:
        raise NotEntitled("role-missing", f"needs one of: {', '.join(Role)}")
    return staff


Who = Annotated[Staff, Depends(staff_of)]


def allow(*roles: Role) -> Any:
    """A dependency that lets only these roles in."""

    async def check(staff: Who) -> Staff:
        if not staff.roles & set(roles):
            raise NotEntitled("role-missing", f"needs one of: {', '.join(roles)}")
        return staff

    return Depends(check)


async def known_as(request: Request, participant: str, authorization: str | None) -> Staff:
    """The participant whose page this is, by a token of their own; raises NotEntitled for anybody else's."""
    own: Door = request.app.state.own_door
    known = await own.who(authorization)
    if str(known.id) != str(participant):
        raise NotEntitled("not-your-own", "everybody reads and writes their own")
    return Staff(known.id, frozenset())


ABOUT_PEOPLE = allow(*(role for role in Role if role is not Role.OPERATOR))
"""Who may read about one participant; those who watch the machinery see ids in a console of their own."""
InCare = Annotated[Staff, ABOUT_PEOPLE]


async def acting(
    request: Request,
    response: Response,
    staff: Who,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
    if_match: Annotated[str | None, Header()] = None,
    x_correlation_id: Annotated[str | None, Header(max_length=100)] = None,
) -> Acting:
    """One write over HTTP; raises Problem 400 without an `Idempotency-Key`."""
    if not idempotency_key:
        raise Problem(400, "idempotency-key-missing", "send an Idempotency-Key with every write")
    act_id = str(uuid4())
    route = f"{request.method} {request.url.path}"
    clock: Clock = request.app.state.clock
    return Acting(
        staff=staff,
        now=clock.now(),
        id=act_id,
        _desk=request.app.state.desk,
        _response=response,
        _key=f"{staff.id}|{route}|{idempotency_key}",
        _fingerprint=hashlib.sha256(await request.body()).hexdigest(),
        _correlation_id=x_correlation_id or act_id,
        _if_match=_version(if_match),
        _route=f"{request.method} {request.scope['route'].path}",
        _traceparent=request.headers.get("traceparent", ""),
    )


Doing = Annotated[Acting, Depends(acting)]


def _version(if_match: str | None) -> int | None:
    if if_match is None:
        return None
    try:
        return int(if_match.strip().removeprefix("W/").strip('"'))
    except ValueError:
        raise Problem(400, "if-match-unreadable", 'If-Match is a version in quotes, for example "3"') from None


async def _refused(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refused)
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    return problem(status, error.code, error.detail)


async def _problem(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Problem)
    return problem(error.status, error.code, error.detail, **error.more)


async def _unauthenticated(_: Request, error: Exception) -> JSONResponse:
    answer = problem(401, "unauthenticated", str(error))
    answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


async def _keys_away(_: Request, error: Exception) -> JSONResponse:
    log().error("nobody can be let in: the issuer's keys cannot be read", error=type(error.__cause__).__name__)
    return problem(503, "keys-away", "the keys that sign tokens cannot be read now; try again in a moment")


async def _malformed(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    wrong = [{"at": ".".join(map(str, e["loc"])), "is": _wrong(e)} for e in error.errors()]
    if {e.get("type") for e in error.errors()} == {"no-staff-id"}:
        return problem(422, "no-staff-id", "a staff id has 1 to 100 letters, digits and . _ : | @ + -", errors=wrong)
    return problem(422, "malformed", "the request does not have the expected shape", errors=wrong)


def _wrong(error: dict[str, Any]) -> str:
    if isinstance(error.get("input"), bytes) and error["loc"] == ("body",):
        return "send JSON, as Content-Type: application/json"
    said: str = error["msg"]
    return said.removeprefix("Value error, ")


async def _http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code = "too-large" if error.status_code == 413 else f"http-{error.status_code}"
    return problem(error.status_code, code, str(error.detail))


async def _database(request: Request, error: Exception) -> JSONResponse:
    if not is_outage(error):
        return await _bug(request, error)
    return problem(503, "database-away", "the database does not answer now; try again in a moment")


async def _bug(_: Request, error: Exception) -> JSONResponse:
    log().error("request failed", error=type(error).__name__)
    return problem(500, "internal", "something failed here; nothing was changed, try again later")


HANDLERS: dict[type[Exception], Callable[..., Any]] = {
    Refused: _refused,
    Problem: _problem,
    Unauthenticated: _unauthenticated,
    KeysAway: _keys_away,
    RequestValidationError: _malformed,
    HTTPException: _http,
    DatabaseError: _database,
    Exception: _bug,
}


def answer_problems(app: FastAPI) -> None:
    """Answer every error as problem+json."""
    for kind, handler in HANDLERS.items():
        app.add_exception_handler(kind, handler)
