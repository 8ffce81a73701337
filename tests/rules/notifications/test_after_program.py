"""Who wants nothing more after the program hears no sound of it either."""

from common.change import Change
from common.contracts.alumni import AlumnusLeft
from common.contracts.message import Message
from common.contracts.words import NoticeId, RecipientKind
from notifications.domain.recipient import Recipient
from notifications.doors.kafka import HEARS

from .reading import Reader, kinds
from .story import ANA, HOUR, NOON

EVENING = NOON.replace(hour=22)
NOTICE = NoticeId("n-1")


def left(reader: Reader, *notices: NoticeId) -> list[str]:
    """Ana wants nothing more; what is said, by way of the handler."""
    data = AlumnusLeft(at=reader.now, participant_id=ANA, notice_ids=notices or (NOTICE,))
    about = {"id": "m", "source": "/throughline/family", "topic": data.TOPIC, "subject": ANA, "sequence": 1}
    times = {"time": reader.now, "recorded_at": reader.now, "heard_at": reader.now}
    message = Message(**about, **times, correlation_id="c", causation_id="", site="test", data=data)  # type: ignore[arg-type]
    (effect,) = HEARS[AlumnusLeft](message)
    assert isinstance(effect, Change)
    assert (effect.kind, effect.id) == (Recipient, f"PARTICIPANT:{ANA}")
    return kinds(reader.apply(list(effect.decide(reader.state))))


def test_what_waits_for_the_morning_makes_no_sound_any_more() -> None:
    """NO-N11: heard twice, dropped once; what else waits leaves as before."""
    reader = Reader(kind=RecipientKind.PARTICIPANT, now=EVENING)
    reader.offer(NOTICE, "alumni-contact")
    reader.offer("n-other", "level-changed")

    assert left(reader) == ["not-wanted"]
    assert left(reader) == []
    (sent,) = reader.wait(24 * HOUR)
    assert [one.notice_id for one in sent.notices] == ["n-other"]


def test_a_nudge_nobody_has_thought_of_yet_does_not_leave_later() -> None:
    """NO-N11: the word comes before the offer."""
    reader = Reader(kind=RecipientKind.PARTICIPANT)
    assert left(reader) == ["not-wanted"]

    assert reader.offer(NOTICE, "alumni-contact") == []


def test_what_was_nudged_already_is_not_taken_back() -> None:
    """NO-N11: late word changes nothing that was."""
    reader = Reader(kind=RecipientKind.PARTICIPANT)
    reader.offer(NOTICE, "alumni-contact")
    reader.wait(HOUR)
    assert [sent.notices[0].notice_id for sent in reader.sent()] == [NOTICE]

    assert left(reader) == []


def test_who_agreed_to_nothing_has_nothing_to_drop() -> None:
    """NO-N11."""
    assert left(Reader(contact=None, kind=RecipientKind.PARTICIPANT)) == []
