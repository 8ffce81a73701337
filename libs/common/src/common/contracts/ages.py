"""What intake takes back of somebody's age, on `intake.contacts` alone."""

from common.contracts.care import RestrictedEvent
from common.contracts.message import Contract, Plain
from common.contracts.words import ParticipantId


class AgeBasisTakenBack(RestrictedEvent):
    """Birth date and state came from somebody who is another person after all: the age is unknown again."""

    carried_from: Plain[ParticipantId]


EVENTS: tuple[type[Contract], ...] = (AgeBasisTakenBack,)
COMMANDS: tuple[type[Contract], ...] = ()
