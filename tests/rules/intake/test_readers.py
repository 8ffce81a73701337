"""Every page of a participant's record notes who reads it."""

from importlib import import_module
from pkgutil import iter_modules

from fastapi.routing import APIRoute

from intake import doors
from intake.doors.reading import WHOSE, Noted


def test_every_page_of_a_participants_record_notes_who_reads_it() -> None:
    """IN-B1: a page that is added later, too."""
    routers = [
        getattr(import_module(f"intake.doors.{one.name}"), "router", None) for one in iter_modules(doors.__path__)
    ]
    routes = [route for router in routers if router for route in router.routes if isinstance(route, APIRoute)]
    pages = [route for route in routes if f"{{{WHOSE}}}" in route.path and "GET" in (route.methods or ())]
    assert len(pages) > 10
    assert [page.path for page in pages if not isinstance(page, Noted)] == []
    assert [r.path for r in routes if r.path.startswith("/v1/participants/{") and f"{{{WHOSE}}}" not in r.path] == [
        "/v1/participants/{participant_id}/own/readers",
        "/v1/participants/{participant_id}/readers",
        "/v1/participants/{participant_id}/own/narrative-consent/revoke",
    ]
