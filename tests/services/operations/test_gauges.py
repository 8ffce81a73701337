"""What operations counts for whoever watches: where transitions wait, and for how long in domain time."""

import pytest
from prometheus_client import REGISTRY

from common.contracts import intake
from operations.views import gauges
from services.operations.stories import CHANGE, MOVE, held_story, proposal
from services.operations.telling import Running, Telling, later


def waiting() -> dict[tuple[str, str], float]:
    """Open transitions by step and age."""
    return {
        (sample.labels["step"], sample.labels["age"]): sample.value
        for metric in gauges.TRANSITIONS.collect()
        for sample in metric.samples
    }


async def measured(operations: Running) -> dict[tuple[str, str], float]:
    """What the gauges say once somebody asked."""
    await gauges.measure(operations.app.state.desk)
    return waiting()


async def test_a_transition_is_counted_at_the_step_it_waits_for(operations: Running, tell: Telling) -> None:
    """Rule OP-4: held for its place since day 0, on day 10 of the house."""
    await operations.hear(*held_story(tell))
    assert await measured(operations) == {("place", "3d-or-more"): 1}
    assert REGISTRY.get_sample_value("throughline_transitions_stuck") == 1
    waited = REGISTRY.get_sample_value("throughline_transition_oldest_seconds", {"step": "place"})
    assert waited == (later(days=10) - later(hours=3)).total_seconds()


@pytest.mark.parametrize(
    ("ago", "age"),
    [({"minutes": 59}, "under-1h"), ({"hours": 1}, "under-1d"), ({"days": 1}, "under-3d"), ({"days": 3}, "3d-or-more")],
)
async def test_ages_begin_where_they_say(operations: Running, tell: Telling, ago: dict[str, float], age: str) -> None:
    """A transition of exactly an hour is not under an hour."""
    now = later(days=10)
    await operations.hear(proposal(tell, now - (later(**ago) - later())))
    assert await measured(operations) == {("signatures", age): 1}


async def test_a_step_that_was_given_back_is_waited_for_again(operations: Running, tell: Telling) -> None:
    """OP-4: what is shown as in place is what counts here."""
    await operations.hear(*held_story(tell), tell(intake.TransitionStepDone(at=later(hours=4), **MOVE, step="place")))
    assert {step for step, _ in await measured(operations)} == {"skills"}
    await operations.hear(tell(intake.TransitionStepUndone(at=later(hours=5), **MOVE, step="family")))
    assert {step for step, _ in await measured(operations)} == {"family"}


async def test_a_transition_that_is_over_is_not_counted(operations: Running, tell: Telling) -> None:
    """What is done waits for nobody, and its gauges are gone."""
    await operations.hear(*held_story(tell))
    await measured(operations)
    done = intake.TransitionCompleted(at=later(days=3), **MOVE, **CHANGE)
    await operations.hear(tell(done))
    assert await measured(operations) == {}
    assert REGISTRY.get_sample_value("throughline_transition_oldest_seconds", {"step": "place"}) is None
    assert REGISTRY.get_sample_value("throughline_transitions_stuck") == 0


async def test_a_message_that_comes_again_counts_nothing_twice(operations: Running, tell: Telling) -> None:
    """A number on a dashboard is the number in the store."""
    story = held_story(tell)
    await operations.hear(*story)
    await operations.hear(*story)
    assert await measured(operations) == {("place", "3d-or-more"): 1}
