"""What is too large to be read: answered with 413 before it is in memory, whoever sends it."""

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY = 20 * 1024 * 1024
"""Bytes: a referral with its whole record fits. ASSUMED."""


class LimitBodies:
    """Lets an ASGI application read bodies up to the limit; raises HTTPException 413 where one is larger."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; its body is counted as it is read, and not read where it says that it is too large."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "")
        taken = int(declared) if declared.isdigit() and int(declared) > LARGEST_BODY else 0

        async def counting() -> Message:
            nonlocal taken
            if taken > LARGEST_BODY:
                raise _too_large()
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > LARGEST_BODY:
                raise _too_large()
            return message

        await self._app(scope, counting, send)


def _too_large() -> HTTPException:
    return HTTPException(413, f"a body has at most {LARGEST_BODY // 1024 // 1024} MiB")
