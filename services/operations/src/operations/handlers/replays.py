"""What listeners answer to a replay in bulk."""

from common.change import Effects, change
from common.contracts.message import Message
from common.contracts.plumbing import ReplayAnswered
from operations.domain.replays import BulkReplay, read_ticket
from operations.handlers.events import remember


def hear_answer(message: Message[ReplayAnswered]) -> Effects:
    """A listener has tried; the run that asked, if it was one, keeps the answer. Rule: OP-12."""
    run, _, _ = read_ticket(message.data.ticket)
    if not run:
        return remember(message)
    return (*remember(message), change(BulkReplay, run, BulkReplay.hear, message.data, message.heard_at))
