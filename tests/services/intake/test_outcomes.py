"""Outcomes over HTTP: one participant's panel, and reports on everybody that name nobody."""

from datetime import timedelta

from common.contracts import scheduling, skills
from common.contracts.words import Instrument, LevelOfCare, Role, SessionId, SessionKind
from services.intake.conftest import House
from services.intake.test_messages import admitted
from services.intake.test_plans import GOAL
from services.one_service import NOON, hear


async def test_a_panel_is_headed_by_the_participants_own_words(house: House) -> None:
    """IN-X2, IN-X5, A25: connection beside the symptoms; read by those who treat."""
    pid, _ = await admitted(house)
    path = f"/participants/{pid}/outcomes"
    before = (await house.caller.get(path, Role.CLINICIAN)).json()
    await house.caller.post(f"/participants/{pid}/goals", GOAL)
    scores = [(Instrument.PHQ9, 18, -20), (Instrument.PHQ9, 9, -1), (Instrument.UCLA3, 8, -20)]
    measures = [
        skills.MeasureRecorded(
            at=NOON + timedelta(days=day),
            participant_id=pid,
            measure_id=f"m{n}",
            instrument=what,
            score=points,
            band="",
        )
        for n, (what, points, day) in enumerate(scores)
    ]
    await hear(house.store, *measures)
    panel = (await house.caller.get(path, Role.CLINICIAN)).json()
    assert (before["life_worth_living"], panel["life_worth_living"]) == (None, GOAL["words"])
    assert [(m["instrument"], m["became"]) for m in panel["symptoms_and_function"]] == [("PHQ9", "reliably-better")]
    assert [(m["instrument"], m["became"], len(m["scores"])) for m in panel["connection"]] == [("UCLA3", "unknown", 1)]
    assert (await house.caller.get(path, Role.SCHEDULER)).status_code == 403
    assert (await house.caller.get("/participants/nobody/outcomes", Role.CLINICIAN)).status_code == 404


async def test_a_report_counts_contacts_once_and_names_nobody(house: House) -> None:
    """IN-X1, IN-X3, IN-X4, A46: a session told again, and corrected, is one; few people are not shown."""
    pid, _ = await admitted(house)
    about = {"at": NOON, "participant_id": pid, "session_id": SessionId("s"), "kind": SessionKind.INDIVIDUAL}
    there = {"level": LevelOfCare.PHP, "planned_minutes": 50, "attended_minutes": 50, "counted_as_attended": True}
    told = scheduling.SessionAttendanceRecorded.model_validate({**about, **there})
    await hear(house.store, told, told, told.model_copy(update={"counted_as_attended": False}), first=3)
    rows = await house.store.database.find("contacts", {"participant_id": pid})
    await house.wait_until(NOON + timedelta(days=70))
    report = await house.caller.get("/reports/outcomes", Role.PRIVACY)
    continuity = await house.caller.get("/reports/continuity", Role.MEDICAL)
    assert [(row["source"], row["counts"]) for row in rows] == [("therapist", False)]
    assert (report.status_code, report.json()["people"], report.json()["smallest_cell"]) == (200, None, 11)
    assert (pid in report.text, continuity.json()["changes"]) == (False, 0)
    for path in ("/reports/outcomes", "/reports/continuity"):
        assert (await house.caller.get(path, Role.CLINICIAN)).status_code == 403
