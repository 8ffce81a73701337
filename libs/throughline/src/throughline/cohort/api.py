"""The services as a client sees them: acts with an idempotency key, tried again while a service is away."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_delay, wait_random_exponential

from common.contracts.words import Role
from throughline.embedded import tokens

Json = dict[str, Any]

IN_FLIGHT = 48
"""Requests under way at once; more only wait in the services. ASSUMED."""

CONNECTIONS = 40
"""To each service; looking for a free one costs as much as there are. ASSUMED."""

PATIENCE_SECONDS = 30
"""How long a service may be away before an act fails."""


@dataclass(frozen=True, slots=True)
class Staff:
    """Who acts: a staff id and the roles its token carries."""

    id: str
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Post:
    """One act over HTTP, not yet sent."""

    service: str
    path: str
    body: Json
    who: Staff


class Problem(Exception):
    """A service said no: `code` is stable, `expected` stands where a service says what it wanted."""

    def __init__(self, status: int, code: str, detail: str, expected: str = "") -> None:
        super().__init__(f"{code}: {detail}")
        self.status, self.code, self.detail, self.expected = status, code, detail, expected


class _Away(Exception):
    """The service cannot answer now."""


_TRY_AGAIN = (httpx.TransportError, _Away)


class Api:
    """Speaks to a running house: an async context manager. `urls` by service; tokens are minted in `run_folder`."""

    def __init__(self, urls: dict[str, str], run_folder: Path) -> None:
        self._run_folder = run_folder
        self._tokens: dict[Staff, str] = {}
        self._turn = asyncio.Semaphore(IN_FLIGHT)
        limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
        self._clients = {
            service: httpx.AsyncClient(base_url=url, trust_env=False, timeout=30, limits=limits)
            for service, url in urls.items()
        }

    async def __aenter__(self) -> "Api":
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.gather(*(client.aclose() for client in self._clients.values()))

    async def do(self, act: Post) -> Json:
        """Send one act and return its receipt; raises Problem."""
        return await self._write("POST", act.service, act.path, act.who, json=act.body)

    async def do_all(self, acts: Iterable[Post]) -> None:
        """Send acts one after the other, so that they happen in this order; raises Problem."""
        for act in acts:
            await self.do(act)

    async def put(self, service: str, path: str, who: Staff, body: Json) -> Json:
        """Replace something; raises Problem."""
        return await self._write("PUT", service, path, who, json=body)

    async def post_fhir(self, raw: bytes, who: Staff) -> Json:
        """Send a referral as it is; raises Problem with what is wrong and what was expected."""
        headers = {"content-type": "application/fhir+json"}
        return await self._write("POST", "intake", "/v1/referrals/fhir", who, content=raw, headers=headers)

    async def get(self, service: str, path: str, who: Staff, **params: Any) -> Any:
        """Read something; raises Problem."""
        answer = await self._send("GET", service, path, who, params=params)
        return answer.json()

    async def text(self, service: str, path: str) -> str:
        """Read an open page, such as `/metrics`."""
        answer = await self._clients[service].get(path)
        return answer.text

    async def _write(self, method: str, service: str, path: str, who: Staff, **more: Any) -> Json:
        headers = {**more.pop("headers", {}), "idempotency-key": str(uuid4())}
        async with self._turn:
            receipt: Json = (await self._send(method, service, path, who, headers=headers, **more)).json()
        return receipt

    async def _send(self, method: str, service: str, path: str, who: Staff, **more: Any) -> httpx.Response:
        headers = {**more.pop("headers", {}), "authorization": f"Bearer {self._token(who)}"}
        async for attempt in AsyncRetrying(
            retry=retry_if_exception_type(_TRY_AGAIN),
            wait=wait_random_exponential(0.05, max=2),
            stop=stop_after_delay(PATIENCE_SECONDS),
            reraise=True,
        ):
            with attempt:
                answer = await self._clients[service].request(method, path, headers=headers, **more)
                if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
                    raise _Away(f"{service} is away")
        if answer.is_error:
            raise _problem(answer)
        return answer

    def _token(self, who: Staff) -> str:
        if who not in self._tokens:
            self._tokens[who] = tokens.mint(self._run_folder, who.id, who.roles)
        return self._tokens[who]


def _problem(answer: httpx.Response) -> Problem:
    try:
        told = answer.json()
    except ValueError:
        told = {}
    code, detail = told.get("code", f"http-{answer.status_code}"), told.get("detail", answer.reason_phrase)
    wrong = "; ".join(f"{one['at']}: {one['is']}" for one in told.get("errors", ()))
    detail = f"{detail} ({answer.request.url.path}: {wrong})" if wrong else detail
    return Problem(answer.status_code, code, detail, str(told.get("expected", "")))
