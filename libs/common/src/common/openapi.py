"""What OpenAPI says of every door beyond its shape: how to show who one is, which headers, which problems come."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI

Json = dict[str, Any]

PROBLEMS = {
    "400": "`idempotency-key-missing`, `if-match-unreadable`, or a body that is no JSON at all (`http-400`)",
    "401": "`unauthenticated`: no staff token, or one that does not hold; `detail` says why",
    "403": "`role-missing`, or another code that says who may",
    "404": "nothing is known by this id",
    "409": "it cannot be so now; nothing was changed",
    "412": "`stale-version`: changed since you read it; read it again",
    "413": "`too-large`: the body",
    "422": "`malformed`, with `errors` that say where; or a code that says what makes no sense. Nothing was changed",
    "503": "`database-away`, `outcome-unknown`: send it again with the same Idempotency-Key",
}
"""Status -> what it means. Each code is listed in docs/problems.md."""
READS, WRITES = ("422", "503"), ("400", "409", "412", "413")
BEARER = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "A staff token."}
PROBLEM = {
    "type": "object",
    "description": "RFC 9457. `code` is stable; some problems say more.",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "examples": ["/problems/malformed"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "examples": ["malformed"]},
        "errors": {
            "type": "array",
            "description": "Of `malformed`: where it is wrong, and how.",
            "items": {"type": "object", "properties": {"at": {"type": "string"}, "is": {"type": "string"}}},
        },
    },
}


def describe(app: FastAPI) -> None:
    """Let the application answer `/openapi.json`, and so `/docs`, with all of this."""
    plain = app.openapi

    def described() -> Json:
        if app.openapi_schema is None:
            app.openapi_schema = _described(plain())
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]


def _described(document: Json) -> Json:
    parts = document.setdefault("components", {})
    parts.setdefault("securitySchemes", {})["bearer"] = BEARER
    schemas = parts.setdefault("schemas", {})
    for theirs in ("HTTPValidationError", "ValidationError"):
        schemas.pop(theirs, None)
    schemas["Problem"] = PROBLEM
    for path, operation in _operations(document):
        _describe(path, operation)
    return document


def _operations(document: Json) -> Iterator[tuple[str, Json]]:
    for path, methods in document["paths"].items():
        if path.startswith("/v1/"):
            yield from ((path, operation) for operation in methods.values())


def _describe(path: str, operation: Json) -> None:
    headers = {one["name"].lower(): one for one in operation.get("parameters", []) if one["in"] == "header"}
    statuses = [*READS, *(["404"] if "{" in path else [])]
    if (token := headers.get("authorization")) is not None:
        operation["parameters"].remove(token)
        operation["security"] = [{"bearer": []}]
        statuses += ["401", "403"]
    if (key := headers.get("idempotency-key")) is not None:
        key |= {"required": True, "schema": {"type": "string", "minLength": 1, "maxLength": 200}}
        statuses += WRITES
    told = {status: PROBLEMS[status] for status in sorted(statuses)}
    operation["responses"] |= {status: _problem(text) for status, text in told.items()}


def _problem(description: str) -> Json:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": description, "content": content}
