"""What notifications can answer: read models and queries on its own database."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from common.change import Record
from common.contracts.message import Contract
from common.contracts.notices import LadderClimbed
from common.contracts.notifications import NoticeSent
from common.mongo import IndexModel
from notifications.domain.policy import Policy
from notifications.views import ladders, links, live, notices, paging, reach

Projects = Mapping[type[Contract], Callable[[Any], Iterable[Record]]]

INDEXES: Mapping[str, Sequence[IndexModel]] = {
    **notices.INDEXES,
    notices.ROWS: (*notices.INDEXES[notices.ROWS], *live.INDEXES[notices.ROWS]),
    **reach.INDEXES,
    **ladders.INDEXES,
    **paging.INDEXES,
    **links.INDEXES,
}


def projects(policy: Policy, *, gateway: bool, channels: bool) -> Projects:
    """What each fact writes, beside the inbox to a gateway or to channels where there are any. Rules: NO-D1, NO-N1."""

    def show_sent(fact: NoticeSent) -> Iterable[Record]:
        yield from notices.show_and_post(fact) if gateway else notices.show_sent(fact)
        if channels:
            yield reach.put_before(fact)

    asked = paging.paging(policy)

    def show_climbed(fact: LadderClimbed) -> Iterable[Record]:
        yield from ladders.show_climbed(fact)
        yield from asked[LadderClimbed](fact)

    return {
        **notices.PROJECTS,
        **ladders.PROJECTS,
        **asked,
        LadderClimbed: show_climbed,
        NoticeSent: show_sent,
        **(reach.sending_nudges(policy) if channels else {}),
    }
