"""What operations remembers: once, in order, whatever the order of arrival."""

import pytest

from common.change import NotFound
from common.contracts import plumbing
from operations.views import pages
from operations.views.overview import overview
from services.operations.stories import ANA, DOCTOR, change_story, held_story, notice, parked, proposal
from services.operations.telling import Running, Telling, later, named


async def test_a_journey_is_told_from_beginning_to_end(operations: Running, tell: Telling) -> None:
    """OP-9: where she is, since when, with whom, and no transition left open."""
    await operations.hear(*held_story(tell), *change_story(tell))

    story = await pages.journey(operations.store.database, ANA)

    assert (story.journey.level, story.journey.since, story.journey.therapist) == ("IOP", later(days=2), DOCTOR)
    assert [(step.level, step.at) for step in story.journey.steps] == [("IOP", later(days=2))]
    assert story.journey.transition is None
    assert [(row.state, row.signatures) for row in story.transitions] == [("completed", 2)]
    assert [row.sequence for row in story.timeline] == list(range(1, 12))


async def test_what_is_heard_twice_stands_once(operations: Running, tell: Telling) -> None:
    """OP-2: repeated in one batch or in a later one, counters and lists do not grow."""
    story = [*held_story(tell), *change_story(tell)]
    await operations.hear(*story, *story)
    await operations.hear(*story)

    told = await pages.journey(operations.store.database, ANA)

    assert len(told.timeline) == len(story)
    assert len(told.journey.steps) == 1
    assert told.journey.counters["TransitionSigned"] == 2
    assert len(told.transitions[0].steps) == 3


async def test_what_arrives_out_of_order_is_told_in_order(operations: Running, tell: Telling) -> None:
    """OP-2: a later message waits for the one before it; the end is the same."""
    story = [*held_story(tell), *change_story(tell)]
    for one in reversed(story):
        await operations.hear(one)

    told = await pages.journey(operations.store.database, ANA)

    assert told.transitions[0].state == "completed"
    assert [row.sequence for row in told.timeline] == list(range(1, 12))


async def test_two_streams_in_any_order_tell_one_journey(operations: Running, tell: Telling) -> None:
    """OP-2: a notice heard before the change it speaks of does not disturb the journey."""
    early = [notice(tell, 1, sent=True), notice(tell, 2, sent=False)]
    await operations.hear(*early, *held_story(tell))
    await operations.hear(*change_story(tell))

    journey = (await pages.journey(operations.store.database, ANA)).journey

    assert journey.level == "IOP"
    assert journey.last_at == later(days=2, minutes=2)
    assert (journey.counters["NoticeSent"], journey.counters["NoticeSuppressed"]) == (1, 1)


async def test_nothing_clinical_reaches_the_database(operations: Running, tell: Telling) -> None:
    """OP-1: the reason of a proposal is clinical; no read model holds it."""
    await operations.hear(proposal(tell))

    database = operations.store.database
    kept = [await database.find(view, {}) for view in ("events", "journeys", "transitions")]

    assert all(kept)
    assert "scores fell" not in str(kept)


async def test_a_held_transition_shows_its_reason_and_is_stuck_in_time(operations: Running, tell: Telling) -> None:
    """OP-4: open, and in its state since longer than the limit in domain time."""
    await operations.hear(*held_story(tell))
    database = operations.store.database

    (row,) = (await pages.transitions(database, pages.stuck(later(days=10), 60), "", 10)).items
    fresh = await pages.transitions(database, pages.stuck(later(hours=4), 120), "", 10)

    assert (row.state, row.reason, dict(row.progress)["family"]) == ("held", "no-place", True)
    assert fresh.items == ()


async def test_a_ready_transition_is_not_stuck_before_its_date_and_an_ended_one_never(
    operations: Running, tell: Telling
) -> None:
    """OP-4: what waits as planned, or waits no more, needs nobody."""
    story = [*held_story(tell), *change_story(tell)]
    await operations.hear(*story[:-2])
    before_its_date = pages.stuck(later(days=2), 60)
    assert (await pages.transitions(operations.store.database, before_its_date, "", 10)).items == ()

    await operations.hear(*story[-2:])
    assert (await pages.transitions(operations.store.database, pages.stuck(later(days=9), 60), "", 10)).items == ()


async def test_a_place_that_came_ends_the_wait_in_the_list_and_in_the_numbers(
    operations: Running, tell: Telling
) -> None:
    """OP-5: the list and the count by state say the same."""
    await operations.hear(*held_story(tell))
    assert (await overview(operations.store.database, later(days=1))).states == {"held": 1}

    await operations.hear(change_story(tell)[0])
    seen = await overview(operations.store.database, later(days=2))

    assert seen.states == {"approved": 1}
    assert [row.state for row in seen.under_way] == ["approved"]


async def test_a_dead_letter_is_open_until_it_is_settled(operations: Running, tell: Telling) -> None:
    """OP-6: replayed or discarded, it leaves the list; the others stay in order."""
    await operations.hear(parked(tell, 1, "bug-KeyError"), parked(tell, 2), parked(tell, 3))
    settled = plumbing.MessageReplayed(
        at=later(days=1), about="level:PHP", message_id=named("parked 1"), listener="scheduling", by="olga"
    )
    given_up = plumbing.MessageDiscarded(
        at=later(days=1),
        about="level:PHP",
        message_id=named("parked 2"),
        listener="scheduling",
        by="olga",
        reason="superseded",
    )
    assert [one.sequence for one in await pages.dead_letters(operations.store.database, 10)] == [1, 2, 3]

    await operations.hear(tell(settled, topic="scheduling.rosters"), tell(given_up, topic="scheduling.rosters"))

    assert [one.sequence for one in await pages.dead_letters(operations.store.database, 10)] == [3]


async def test_pages_of_the_log_hold_every_event_once_and_keep_their_place(operations: Running, tell: Telling) -> None:
    """OP-2: reading page after page while more arrives repeats nothing and skips nothing."""
    story = [*held_story(tell), *change_story(tell)]
    await operations.hear(*story[:6])
    database = operations.store.database
    first = await pages.events(database, "", 4)
    await operations.hear(*story[6:])
    second = await pages.events(database, first.next or "", 4)
    third = await pages.events(database, second.next or "", 4)

    assert [row.sequence for page in (first, second, third) for row in page.items] == list(range(1, 12))
    assert third.next is None


async def test_nobody_is_nobody(operations: Running) -> None:
    """OP-9: a participant of whom nothing was heard is not found."""
    with pytest.raises(NotFound):
        await pages.journey(operations.store.database, "nobody")


async def test_the_numbers_count_people_and_notices_once(operations: Running, tell: Telling) -> None:
    """OP-8: the console's numbers are those of the read models."""
    await operations.hear(*held_story(tell), *change_story(tell), notice(tell, 1, True), notice(tell, 2, False))
    await operations.hear(parked(tell, 1))

    seen = await overview(operations.store.database, later(days=3))

    assert (seen.participants, seen.on_the_line, seen.levels["IOP"]) == (1, 1, 1)
    assert (seen.sent, seen.suppressed, seen.dead_letters) == (1, 1, 1)
    assert seen.events == 14
