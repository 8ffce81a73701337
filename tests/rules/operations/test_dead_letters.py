"""Dead letters: open until settled, and what an operator asks for."""

import pytest
from pydantic import ValidationError

from common.change import Ask
from common.contracts.operations import OperatorActed
from common.contracts.plumbing import DiscardParked, MessageDiscarded, MessageParked, MessageReplayed, ReplayParked
from operations.doors.acts import Discard
from operations.handlers.dead_letters import ask_to_discard, ask_to_replay
from operations.views.overview import stopped
from operations.views.rows import DeadLetter
from rules.operations.hearing import later, records, written

WHERE = {"source": "/throughline/intake", "topic": "scheduling.commands", "about": "level:PHP"}


def parked(listener: str = "scheduling") -> MessageParked:
    """A message somebody could not take."""
    return MessageParked(
        at=later(),
        **WHERE,
        message_id="x",
        listener=listener,
        sequence=3,
        message_type="HoldPlace.v1",
        reason="no-such-level",
    )


def letter(sequence: int, about: str = "level:PHP") -> DeadLetter:
    """An open dead letter as it is shown."""
    return DeadLetter(
        listener="scheduling",
        message_id=f"x-{sequence}",
        source="/throughline/intake",
        topic="scheduling.commands",
        about=about,
        sequence=sequence,
        type="HoldPlace.v1",
        reason="no-such-level",
        parked_at=later(),
    )


def test_a_parked_message_is_open_and_its_settlement_finds_it() -> None:
    """OP-6: a dead letter is known by who could not take it and by the message."""
    replayed = MessageReplayed(at=later(), about="level:PHP", message_id="x", listener="scheduling", by="olga")
    discarded = MessageDiscarded(
        at=later(), about="level:PHP", message_id="x", listener="scheduling", by="olga", reason="superseded"
    )
    ids = {records(said, "deadletters")[0].id for said in (parked(), replayed, discarded)}

    assert ids == {"scheduling|x"}
    assert written(parked(), "deadletters")["state"] == "open"
    assert written(replayed, "deadletters")["state"] == "replayed"
    assert written(discarded, "deadletters")["state"] == "discarded"


def test_two_listeners_that_cannot_take_one_message_are_two_dead_letters() -> None:
    """OP-6: settling it at one does not settle it at the other."""
    assert records(parked("skills"), "deadletters")[0].id != records(parked("family"), "deadletters")[0].id


def test_an_operators_replay_is_said_and_asked_of_the_right_service() -> None:
    """OP-7: the act is on record with a name, and the order goes to the service that parked."""
    effects = ask_to_replay("scheduling", **WHERE, by="olga", now=later())

    assert effects == (
        OperatorActed(at=later(), act="replay", service="scheduling", about="level:PHP", by="olga"),
        Ask(ReplayParked(at=later(), **WHERE, by="olga"), "scheduling.commands"),
    )


def test_an_operators_discard_carries_its_reason() -> None:
    """OP-7: nothing is given up without a name and a reason."""
    order = DiscardParked(at=later(), **WHERE, message_id="x", by="olga", reason="superseded")
    acted, asked = ask_to_discard("scheduling", order)

    assert isinstance(acted, OperatorActed)
    assert (acted.act, acted.by, acted.reason) == ("discard", "olga", "superseded")
    assert asked == Ask(order, "scheduling.commands")


@pytest.mark.parametrize("reason", ["", "x", "Mrs Miller called", "ask John"])
def test_a_reason_is_a_code_and_no_sentence(reason: str) -> None:
    """OP-7: reasons travel and are shown, so there is no room for a name in them."""
    with pytest.raises(ValidationError):
        Discard(service="skills", **WHERE, message_id="x", reason=reason)


def test_what_stands_still_is_shown_once_with_what_waits_behind_it() -> None:
    """OP-6: the first message of a subject is the one to look at."""
    shown = stopped([letter(3), letter(4), letter(5), letter(1, about="p-1")])

    assert [(one.first.sequence, one.behind) for one in shown] == [(3, 2), (1, 0)]
