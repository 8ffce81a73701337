"""What they do at home together: practice of a skill, and the agreement on how to live."""

from collections.abc import Collection
from datetime import datetime

from common.change import Invalid, NotFound, Refused
from common.contracts.message import Contract
from common.contracts.network import (
    HomeAgreementAgreed,
    HomeAgreementWritten,
    HomePracticeAgreed,
    HomePracticeDone,
)
from common.contracts.words import ParticipantId, StaffId, SupporterId
from family.domain.engagement import PARTICIPANT
from family.domain.learning import TOGETHER, among
from family.domain.network import SupportNetwork
from family.domain.permission import permission
from family.domain.program import Program


def agree_practice(
    network: SupportNetwork,
    id: str,
    skill: str,
    with_: Collection[SupporterId],
    program: Program,
    by: StaffId,
    at: datetime,
) -> list[Contract]:
    """A skill to practise together, with those who may hear of it; the others are on record. Rules: FA-E4, FA-R6.

    Raises NotFound or Invalid; where nobody may hear of it there is no practice.
    """
    if id in network.engagement.practices:
        return []
    _must_know_all(network, with_)
    may = among(network, with_, program.scopes_for(skill), f"practice:{id}", at)
    if not may.allowed:
        return [*may.silent]
    agreed = HomePracticeAgreed(
        at=at,
        participant_id=ParticipantId(network.id),
        practice_id=id,
        skill=skill,
        supporter_ids=tuple(may.allowed),
        recorded_by=by,
    )
    return [agreed, *may.silent]


def log_practice(
    network: SupportNetwork, id: str, who: SupporterId | None, helped: bool | None, shared: bool, at: datetime
) -> list[Contract]:
    """It was practised, as one side says; the other side sees it only where it is shared. Rule: FA-E4.

    Raises NotFound for a practice or a supporter that does not belong to it.
    """
    practice = network.engagement.practices.get(id)
    if practice is None or (who is not None and who not in practice.supporter_ids):
        raise NotFound("no-such-practice", "there is no such practice, or not with this supporter")
    about = ParticipantId(network.id)
    return [
        HomePracticeDone(at=at, participant_id=about, practice_id=id, supporter_id=who, helped=helped, shared=shared)
    ]


def write_agreement(
    network: SupportNetwork, version: int, with_: Collection[SupporterId], by: StaffId, at: datetime
) -> list[Contract]:
    """The next version of how they want to live together; the one in force stays so until all agree. Rule: FA-E7.

    Raises NotFound, Invalid, or Refused: for a version that is not the next, and where somebody may take no part.
    """
    _must_know_all(network, with_)
    before = network.engagement.agreement
    if version != (before.version + 1 if before else 1):
        raise Refused("not-the-next-version", "somebody wrote another version meanwhile; read it first")
    may = among(network, with_, TOGETHER, f"home-agreement:{version}", at)
    if may.silent:
        raise Refused(may.silent[0].reason, "an agreement is made with those who may take part in it")
    return [
        HomeAgreementWritten(
            at=at,
            participant_id=ParticipantId(network.id),
            version=version,
            supporter_ids=tuple(may.allowed),
            written_by=by,
        )
    ]


def agree_to_agreement(
    network: SupportNetwork, version: int, who: SupporterId | None, by: StaffId, at: datetime
) -> list[Contract]:
    """One of them agrees; said twice, once; in force once all did. Rule: FA-E7.

    Raises Refused for a version that is not the newest, or for somebody who may take no part any more.
    """
    newest = network.engagement.agreement
    if newest is None or newest.version != version:
        raise Refused("not-the-newest-version", "one agrees to the newest version of the agreement")
    name = who or PARTICIPANT
    if name in newest.agreed:
        return []
    if name not in newest.waits_for():
        raise NotFound("no-such-supporter", "this agreement is not with this supporter")
    if who and isinstance(why := permission(network, who, TOGETHER, at), str):
        raise Refused(why, "this supporter may take no part now")
    agreed = HomeAgreementAgreed(
        at=at,
        participant_id=ParticipantId(network.id),
        version=version,
        supporter_id=who,
        in_force=newest.waits_for() == (name,),
        recorded_by=by,
    )
    return [agreed]


def _must_know_all(network: SupportNetwork, with_: Collection[SupporterId]) -> None:
    if not with_:
        raise Invalid("nobody-there", "this is done with at least one supporter")
    for who in with_:
        network.must_know(who)
