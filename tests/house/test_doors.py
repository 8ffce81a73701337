"""Every door asks who is there, and those who watch the machinery read nothing about a participant."""

import importlib
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from common.auth import Door
from throughline.embedded.tokens import create_key, mint

ABOUT_PEOPLE = ("intake", "scheduling", "skills", "family", "notifications")
FOR_MACHINES = {"/healthz", "/readyz", "/metrics"}
BY_SECRET = {"/v1/calendars/shared/{secret}.ics"}
"""What a link of its own opens, for a program that sends no token."""
ABOUT_NOBODY = {"/v1/policy", "/v1/curriculum", "/v1/skills", "/v1/diary-template", "/v1/instruments"}
ABOUT_NOBODY |= {"/v1/family-program", "/v1/streams", "/v1/parked"}


@pytest.fixture(params=ABOUT_PEOPLE)
def house(request: pytest.FixtureRequest, tmp_path: Path) -> FastAPI:
    """One service's doors; behind them is nothing, so an answer of 500 is a door that let somebody in."""
    settings = importlib.import_module(f"{request.param}.settings").Settings(jwks=str(create_key(tmp_path)))
    app: FastAPI = importlib.import_module(f"{request.param}.app").app(settings)
    app.state.door = Door(settings.jwks, settings.issuer, settings.audience)
    return app


async def answers(app: FastAPI, methods: set[str], headers: dict[str, str]) -> dict[str, int]:
    """The status of every door of these methods, by path."""
    paths: dict[str, Any] = app.openapi()["paths"]
    asked = [(path, method) for path, doors in paths.items() for method in methods & doors.keys()]
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://house", headers=headers) as client:
        return {
            f"{method} {path}": (await client.request(method, re.sub(r"{\w+}", "x", path))).status_code
            for path, method in asked
            if path not in FOR_MACHINES | BY_SECRET
        }


async def test_nobody_comes_in_without_a_token(house: FastAPI) -> None:
    """Every door, reading or writing: 401, before anything else is said."""
    found = await answers(house, {"get", "put", "post", "delete", "patch"}, {})
    assert len(found) > 10
    assert {door: status for door, status in found.items() if status != httpx.codes.UNAUTHORIZED} == {}


async def test_an_operator_reads_nothing_about_a_participant(house: FastAPI, tmp_path: Path) -> None:
    """Ids travel, people do not: who watches the machinery has a console of their own."""
    token = mint(tmp_path, "operator-1", ["operator"])
    found = await answers(house, {"get"}, {"Authorization": f"Bearer {token}"})
    refused = (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN)
    let_in = {door for door, status in found.items() if status not in refused}
    assert let_in <= {f"get {path}" for path in ABOUT_NOBODY}
