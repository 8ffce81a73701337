"""That a supporter read what is shared with them is a disclosure, and is on record as one."""

from datetime import date, datetime

from common.contracts.message import Contract
from common.contracts.supporting import SupporterRead, SupporterReadNothing
from common.contracts.words import SupporterId
from family.domain.network import SupportNetwork, read_key
from family.domain.permission import permission
from family.domain.supporting import ANY


def note(network: SupportNetwork, who: SupporterId, day: date, at: datetime) -> list[Contract]:
    """They look at their page: under which releases they may, or why not, each said once a day. Rule: FA-W7.

    `day` is the program's. Of somebody the participant never named, and of whom they never were, nothing is said.
    """
    if who not in network.people():
        return []
    about = {"at": at, "participant_id": network.id, "supporter_id": who, "day": day}
    why = permission(network, who, ANY, at)
    if isinstance(why, str):
        new = network.read.get(read_key(who, why)) != day
        return [SupporterReadNothing.model_validate({**about, "reason": why})] if new else []
    standing = [one for one in network.releases.values() if one.supporter_id == who and one.stands(at)]
    return [
        SupporterRead.model_validate({**about, "release_id": one.release_id, "scopes": one.scopes})
        for one in standing
        if network.read.get(read_key(who, one.release_id)) != day
    ]
