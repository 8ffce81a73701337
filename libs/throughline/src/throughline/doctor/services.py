"""Do the services answer, are they ready, and of which version are they?"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx

from throughline.doctor.findings import Finding, well, wrong

PATIENCE_SECONDS = 5.0
STOPPED = "throughline_listening_stopped 1.0"
"""The line in a service's metrics while it takes nothing in, because too much would be parked."""


@dataclass(frozen=True)
class Seen:
    """What a service answered at its address."""

    name: str
    url: str
    problem: str = ""
    version: str = ""
    ready: Mapping[str, bool] = field(default_factory=dict)
    stopped: bool = False


REMEDIES = {
    "database": "see what is said of the database here",
    "listening": "see what is said of the brokers here, and its log",
    "relay": "see what is said of the brokers here; it catches up by itself",
}


def judge_service(seen: Seen) -> list[Finding]:
    """It answers, and every part of it is ready."""
    if seen.problem:
        return [wrong(seen.name, f"does not answer at {seen.url} ({seen.problem})", "start it, or correct its address")]
    found = []
    if seen.stopped:
        do = "throughline dead-letters; then deploy what was right"
        found.append(wrong(seen.name, "listening stopped: it would park too many messages", do))
    for part in sorted(part for part, ready in seen.ready.items() if not ready):
        found.append(wrong(seen.name, f"not ready: {part}", REMEDIES.get(part, "see its log")))
    return found or [well(seen.name, f"ready, version {seen.version}")]


async def read_service(name: str, url: str) -> Seen:
    """Ask a service how it is."""
    try:
        async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=PATIENCE_SECONDS) as client:
            alive = await client.get("/healthz")
            if alive.status_code != httpx.codes.OK:
                return Seen(name, url, problem=f"HTTP {alive.status_code}")
            ready = (await client.get("/readyz")).json()
            metrics = (await client.get("/metrics")).text
            version = (await client.get("/openapi.json")).json()["info"]["version"]
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Seen(name, url, problem=type(error).__name__)
    except (ValueError, KeyError, TypeError):
        return Seen(name, url, problem="it answers like something else")
    return Seen(name, url, version=version, ready=ready, stopped=STOPPED in metrics.splitlines())
