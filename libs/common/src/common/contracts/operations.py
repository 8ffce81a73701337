"""What operations says (`operations.acts`): what operators did."""

from typing import ClassVar

from common.contracts.message import Contract, Plain


class OperatorActed(Contract):
    """An operator asked a service to replay or discard parked messages."""

    TOPIC: ClassVar[str] = "operations.acts"

    act: Plain[str]
    service: Plain[str]
    about: Plain[str]
    by: Plain[str]
    reason: Plain[str] = ""

    def subject(self) -> str:
        """The subject whose messages were parked."""
        return self.about


EVENTS: tuple[type[Contract], ...] = (OperatorActed,)
COMMANDS: tuple[type[Contract], ...] = ()
