"""The outside world: a small HTTP gateway that takes notices and writes down every request it answers.

`python -m chaos.gateway --port N --file F [--no-dedup]`
`POST /` takes a notice: 202 the first time, 200 for a repeated `Idempotency-Key` with the same body, 422 with another.
`POST /_fail {"seconds": s}` makes it answer 503 for so long; 0 ends that.
A line of F is one answered request: `{key, sha256, at, first, status}`; what F says it knows again when it comes back.
"""

import argparse
import hashlib
import json
import os
import time
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

TAKEN, REPEATED, OTHER_BODY, NO_KEY, AWAY = 202, 200, 422, 400, 503
"""Source: the draft of the HTTP Idempotency-Key header, 2.6 and 2.7; RFC 9110."""


class Gateway:
    """Takes each key once, or with `dedup` off as often as it comes."""

    def __init__(self, file: Path, *, dedup: bool = True) -> None:
        self._lines = os.open(file, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o644)
        self._dedup, self._away_until = dedup, 0.0
        self._seen = {line["key"]: line["sha256"] for line in lines_of(file) if line["first"]}

    def app(self) -> Starlette:
        """The gateway as an ASGI application."""
        return Starlette(routes=[Route("/", self.take, methods=["POST"]), Route("/_fail", self.fail, methods=["POST"])])

    async def take(self, request: Request) -> Response:
        """Answer one notice; the answer is on disk before it is given."""
        key, body = request.headers.get("idempotency-key", ""), hashlib.sha256(await request.body()).hexdigest()
        status = self._judge(key, body)
        first = status == TAKEN and key not in self._seen
        line = {"key": key, "sha256": body, "at": time.time(), "first": first, "status": status}
        os.write(self._lines, f"{json.dumps(line)}\n".encode())
        os.fsync(self._lines)
        if first:
            self._seen[key] = body
        return Response(status_code=status)

    async def fail(self, request: Request) -> Response:
        """Be away from now on for some seconds; 0 to be back."""
        seconds = float((await request.json())["seconds"])
        self._away_until = time.monotonic() + seconds
        return JSONResponse({"seconds": seconds})

    def _judge(self, key: str, body: str) -> int:
        if time.monotonic() < self._away_until:
            return AWAY
        if not key:
            return NO_KEY
        if not self._dedup or key not in self._seen:
            return TAKEN
        return REPEATED if self._seen[key] == body else OTHER_BODY


def lines_of(file: Path) -> list[dict[str, Any]]:
    """Every request that was answered, in order; none where there is no file."""
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m chaos.gateway")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--file", type=Path, required=True)
    parser.add_argument("--no-dedup", action="store_true")
    said = parser.parse_args()
    uvicorn.run(
        Gateway(said.file, dedup=not said.no_dedup).app(), host="127.0.0.1", port=said.port, log_level="warning"
    )
