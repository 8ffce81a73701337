"""The work of every hop: a release is granted, family's network of that participant knows it, and says so.

It is the lightest honest pair of the house: family's real handler, one aggregate per participant, and every
message changes it and says exactly one fact; so what is measured is the way there and back, not the decision.
Pure: contracts and family's domain, nothing else, so that the neighbours' environments can import it too.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from pydantic_core import to_json

from common.contracts.episodes import SafetyPlanReviewed
from common.contracts.family import ReleaseNoted, SupporterNamed
from common.contracts.intake import ReleaseGranted
from common.contracts.message import Contract
from common.contracts.words import EpisodeId, ParticipantId, ReleaseId, ReleaseScope, StaffId, SupporterId
from family.domain.network import SupportNetwork

HEARD, HEARD_TYPE = ReleaseGranted.TOPIC, ReleaseGranted.type_name()
SAID, SAID_TYPE = ReleaseNoted.TOPIC, ReleaseNoted.type_name()
GROUP = DATABASE = "family"
STATES = "supportnetwork"
BEGAN = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
LAST_DAY = date(2027, 1, 5)
SCOPES = (ReleaseScope.SCHEDULE,)

Headers = list[tuple[str, bytes]]
Record = tuple[bytes, bytes, Headers]
"""Key, value and headers of one message on the wire."""


def _id(of: str) -> str:
    return str(uuid5(NAMESPACE_URL, of))


def participant(number: int) -> ParticipantId:
    """The id of the participant of this number."""
    return ParticipantId(_id(f"participant-{number}"))


def network(number: int) -> SupportNetwork:
    """A participant who has named one supporter."""
    who = participant(number)
    named = SupporterNamed(at=BEGAN, participant_id=who, supporter_id=_supporter(number), relationship="sister")
    return SupportNetwork(id=who).after(named)


def _supporter(number: int) -> SupporterId:
    return SupporterId(_id(f"supporter-{number}"))


def stored(state: SupportNetwork, version: int) -> dict[str, Any]:
    """A network as the database keeps it."""
    return {"_id": state.id, "version": version, "state": state.model_dump(mode="json")}


def grant(number: int, sequence: int) -> Record:
    """One participant's `sequence`-th release, as intake would send it."""
    at = BEGAN + timedelta(days=sequence, minutes=number % 600)
    who = participant(number)
    data = ReleaseGranted(
        at=at,
        participant_id=who,
        release_id=ReleaseId(_id(f"release-{number}-{sequence}")),
        supporter_id=_supporter(number),
        scopes=SCOPES,
        expires_on=LAST_DAY,
    )
    return who.encode(), to_json(data), headers_of(data, _id(f"grant-{number}-{sequence}"), sequence, "intake", at)


def grants(events: int, participants: int, first: int = 1) -> list[Record]:
    """`events` grants, interleaved over the participants as in life: everybody's first, then everybody's second."""
    return [grant(n % participants, n // participants + first) for n in range(events)]


def review(number: int, sequence: int) -> Record:
    """A message on the same stream that family takes note of and does not act on."""
    at = BEGAN + timedelta(days=sequence, minutes=number % 600)
    who, episode = participant(number), EpisodeId(_id(f"episode-{number}"))
    data = SafetyPlanReviewed(at=at, participant_id=who, episode_id=episode, reviewed_by=StaffId("staff-1"))
    return who.encode(), to_json(data), headers_of(data, _id(f"review-{number}-{sequence}"), sequence, "intake", at)


def reviews(events: int, participants: int) -> list[Record]:
    """`events` reviews, interleaved over the participants."""
    return [review(n % participants, n // participants + 1) for n in range(events)]


def headers_of(data: Contract, id: str, sequence: int, service: str, recorded: datetime) -> Headers:
    """The CloudEvents envelope in binary mode, as the house writes it."""
    attributes = {
        "ce_specversion": "1.0",
        "ce_type": data.type_name(),
        "ce_dataschema": f"/schemas/{data.type_name()}",
        "content-type": "application/json",
        "ce_id": id,
        "ce_source": f"/throughline/{service}",
        "ce_subject": data.subject(),
        "ce_sequence": str(sequence),
        "ce_time": data.at.isoformat(),
        "ce_recordedtime": recorded.isoformat(),
        "ce_correlationid": id,
        "ce_causationid": id,
        "ce_site": "main",
    }
    return [(name, value.encode()) for name, value in attributes.items()]


def read(value: bytes) -> ReleaseGranted:
    """Decode and validate."""
    return ReleaseGranted.model_validate_json(value)


def decide(state: SupportNetwork, data: ReleaseGranted) -> tuple[SupportNetwork, Sequence[Contract]]:
    """What the grant means: family's own decision and the state after it, as (state, facts)."""
    facts = state.note_grant(data)
    for fact in facts:
        state = state.after(fact)
    return state, facts


def derived(fact: Contract, cause: str, now: datetime) -> Record:
    """A fact on the wire, with an id made from its cause."""
    return fact.subject().encode(), to_json(fact), headers_of(fact, _id(f"family:{cause}"), 1, "family", now)


def id_in(headers: Sequence[tuple[str, bytes]]) -> str:
    """The id an envelope carries."""
    return dict(headers)["ce_id"].decode()
