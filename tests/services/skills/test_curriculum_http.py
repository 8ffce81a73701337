"""What skills does over HTTP with the curriculum."""

from common.contracts.words import Role
from common.store import Store
from services.one_service import Caller


async def test_a_person_chooses_a_cycle_and_anybody_reads_it_and_the_skills(caller: Caller, store: Store) -> None:
    """SK-C10, SK-C8: once, by those who lead skills; a cycle that is not there is not followed."""
    body = {"cycle": "adolescent"}
    refused = await caller.post("/participants/p-1/cycle", body, Role.SCHEDULER)
    chosen = [await caller.post("/participants/p-1/cycle", body, Role.SKILLS_LEADER) for _ in range(2)]
    unknown = await caller.post("/participants/p-1/cycle", {"cycle": "yearly"})
    adolescent = (await caller.get("/curriculum?cycle=adolescent")).json()
    skills = (await caller.get("/skills")).json()

    assert (refused.status_code, unknown.json()["code"]) == (403, "cycle-unknown")
    assert [answer.json()["said"] for answer in chosen] == [["CycleChosen.v1"], []]
    assert (await caller.get("/participants/p-1")).json()["curriculum"]["cycle"] == "adolescent"
    assert (adolescent["weeks"], adolescent["blocks"][3]["name"]) == (20, "Walking the Middle Path")
    assert {"skill": "TIP", "also": ["TIPP"], "lesson": "TIP"}.items() <= {s["skill"]: s for s in skills}["TIP"].items()
    assert (await caller.get("/curriculum?cycle=yearly")).status_code == 404
