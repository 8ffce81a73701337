"""What leaves the house is compared with what the outside says it got."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from chaos.checks_edges import delivered_once
from chaos.seen import Seen


def told(type: str, id: str, **more: Any) -> dict[str, Any]:
    """A fact of notifications."""
    return {"_id": f"{type}-{id}", "type": type, "data": json.dumps({"notice_id": id, **more}).encode()}


def line(key: str, *, first: bool = True) -> dict[str, Any]:
    """A request the outside answered."""
    return {"key": key, "sha256": "", "at": 0.0, "first": first, "status": 202 if first else 200}


def outside(right: Seen, gateway: Sequence[Mapping[str, Any]], *facts: dict[str, Any]) -> Seen:
    """Two notices were to leave; the outside got these requests, and the house said these facts."""
    deliveries = [{"_id": id, "state": "sent"} for id in ("n-1", "n-2")]
    return replace(right, stores={"notifications": {"deliveries": deliveries, "journal": facts}}, gateway=gateway)


BOTH = (told("NoticeDelivered.v1", "n-1"), told("NoticeDelivered.v1", "n-2"))


def test_each_notice_got_out_once(right: Seen) -> None:
    """Promise 6: sent again by the same key, it is known again outside."""
    found = delivered_once(outside(right, [line("n-1"), line("n-1", first=False), line("n-2")], *BOTH))

    assert found.ok
    assert found.counted == 4


@pytest.mark.parametrize(
    ("gateway", "facts"),
    [
        ([line("n-1"), line("n-1"), line("n-2")], BOTH),
        ([line("n-1"), line("n-2"), line("n-2-again")], BOTH),
        ([line("n-1"), line("n-2")], BOTH[:1]),
        ([line("n-1"), line("n-2")], (*BOTH, told("NoticeDelivered.v1", "n-2"))),
        ([line("n-1")], BOTH),
        ([line("n-1"), line("n-2")], (BOTH[0], told("NoticeUndeliverable.v1", "n-2", unsure=False))),
    ],
    ids=["taken twice", "another key", "not told", "told twice", "never taken", "taken and given up"],
)
def test_what_went_out_wrongly_is_found_out(
    right: Seen, gateway: Sequence[dict[str, Any]], facts: Sequence[dict[str, Any]]
) -> None:
    """Promise 6, broken in each way there is."""
    assert not delivered_once(outside(right, gateway, *facts)).ok


def test_a_notice_given_up_unsure_may_have_arrived(right: Seen) -> None:
    """At least once towards the outside: who gives up without an answer says that it is not known."""
    facts = (BOTH[0], told("NoticeUndeliverable.v1", "n-2", unsure=True))

    assert delivered_once(outside(right, [line("n-1"), line("n-2")], *facts)).ok
