"""Whether the house has caught up, and what time it is."""

from datetime import date, time
from pathlib import Path
from typing import Any

import pytest

from common.contracts import EVENT_TOPICS, SERVICES
from common.service import Service
from family.app import SERVICE as FAMILY
from intake.doors.kafka import TABLE
from notifications.app import SERVICE as NOTIFICATIONS
from operations.app import SERVICE as OPERATIONS
from scheduling.app import SERVICE as SCHEDULING
from skills.app import rules_of, service
from skills.settings import Settings
from throughline.cohort.api import Api
from throughline.cohort.pace import LISTENERS, Pace, first_monday, streams_of

SKILLS = service(rules_of(Settings()))
INTAKE = Service(name="intake", hears=dict.fromkeys(TABLE, lambda _: ()))


def silent() -> dict[str, dict[str, Any]]:
    """A house in which nothing was said yet."""
    return {name: {"said": {}, "heard": [], "unsent": 0, "held": 0, "timers_due": 0, "parked": 0} for name in SERVICES}


def heard(topic: str, n: int) -> dict[str, Any]:
    """How far a listener is with one source of a topic."""
    return {"source": "/throughline/skills", "topic": topic, "n": n}


def test_who_listens_to_what_is_what_the_services_say() -> None:
    """The driver waits for every listener there is, and for nobody else."""
    everybody = (INTAKE, SCHEDULING, SKILLS, FAMILY, NOTIFICATIONS, OPERATIONS)
    read = {topic: {s.name for s in everybody if topic in s.topics_heard} for topic in (*EVENT_TOPICS, *LISTENERS)}

    assert {topic: set(listeners) for topic, listeners in LISTENERS.items()} == {t: r for t, r in read.items() if r}


def test_a_silent_house_has_caught_up() -> None:
    """Nothing said, nothing to wait for."""
    assert streams_of(silent()).waiting == ()


def test_the_house_has_caught_up_once_every_listener_heard_what_was_said() -> None:
    """Sums of what was said and heard are compared by topic and listener."""
    house = silent()
    house["skills"]["said"] = {"skills.progress": 3}
    for listener in ("intake", "scheduling", "family", "notifications"):
        house[listener]["heard"] = [heard("skills.progress", 3)]
    assert streams_of(house).waiting == ("operations: skills.progress 0 of 3",)

    house["operations"]["heard"] = [heard("skills.progress", 1), heard("skills.progress", 2)]
    assert streams_of(house) == streams_of(house)
    assert (streams_of(house).waiting, streams_of(house).published) == ((), 3)


@pytest.mark.parametrize("what", ["unsent", "held", "timers_due"])
def test_the_house_is_not_done_while_anything_waits(what: str) -> None:
    """Unsent rows, held messages and due timers all mean that something will still be said."""
    house = silent()
    house["family"][what] = 2

    assert streams_of(house).waiting == (f"family: {what} 2",)


def test_parked_messages_are_told_and_waited_for_by_nobody() -> None:
    """A parked message waits for a person; the driver does not."""
    house = silent()
    house["intake"]["parked"] = 4

    assert (streams_of(house).parked, streams_of(house).waiting) == (4, ())


@pytest.mark.parametrize("day", range(22, 29))
def test_the_first_day_is_a_monday_still_to_come(day: int) -> None:
    """Days of the week always fall alike, so that weekends do."""
    monday = first_monday(date(2026, 11, day))

    assert monday.weekday() == 0
    assert 0 < (monday - date(2026, 11, day)).days <= 7


async def test_the_clock_shows_local_time_also_across_the_change_of_clocks(tmp_path: Path) -> None:
    """Nine in the morning is nine in New York, in November and after the clocks changed."""
    async with Api({}, tmp_path) as api:
        pace = Pace(api, tmp_path / "clock", date(2027, 3, 8))

        pace.move(0, time(9))
        assert (tmp_path / "clock").read_text() == "2027-03-08T14:00:00.000000+00:00"

        pace.move(7, time(9))
        assert (tmp_path / "clock").read_text() == "2027-03-15T13:00:00.000000+00:00"
