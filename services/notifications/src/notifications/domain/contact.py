"""How one recipient may be reached: what they agreed to, what they stopped, and what hinders it."""

from datetime import time
from enum import StrEnum
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from common.change import Invalid
from common.contracts.notices import ContactAgreed
from common.contracts.words import RecipientKind
from notifications.domain.policy import Policy, Quiet


class Channel(StrEnum):
    """How a nudge leaves the house."""

    SMS = "sms"
    EMAIL = "email"
    WEBHOOK = "webhook"


LANGUAGES = ("en", "es")
"""Languages every text is there in."""

STOP_WORDS = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "alto", "parar", "basta"})
"""Each ends the texts at once. Source: facts 7.3; the words of CTIA's handbook and ASSUMED Spanish ones."""
START_WORDS = frozenset({"start", "unstop", "yes", "si", "sí"})
HELP_WORDS = frozenset({"help", "info", "ayuda"})


class Contact(BaseModel):
    """What a recipient agreed to. Times are local, as `21:00`; empty ones leave the program's."""

    model_config = ConfigDict(frozen=True)

    channels: tuple[Channel, ...] = ()
    language: str = "en"
    zone: str = ""
    quiet_from: str = ""
    quiet_until: str = ""
    may_text: bool = False
    in_app_only: bool = False

    def quiet(self, policy: Policy) -> Quiet:
        """The hours in which nothing of theirs may make a sound."""
        start = time.fromisoformat(self.quiet_from) if self.quiet_from else policy.quiet.start
        until = time.fromisoformat(self.quiet_until) if self.quiet_until else policy.quiet.until
        return Quiet.model_validate({"from": start, "until": until})

    def zone_of(self, policy: Policy) -> ZoneInfo:
        """Where they are."""
        return ZoneInfo(self.zone or policy.zone)


def refuse_unless_fit(contact: Contact, kind: RecipientKind, policy: Policy) -> None:
    """Raise Invalid for what cannot be agreed to. Rules: NO-C1, NO-C2."""
    if contact.language not in LANGUAGES:
        raise Invalid("language-unknown", f"texts are there in: {', '.join(LANGUAGES)}")
    if len(set(contact.channels)) < len(contact.channels):
        raise Invalid("channel-twice", "name each channel once, the best first")
    if not policy.quiet.within(contact.quiet(policy)):
        raise Invalid("quiet-hours-narrower", "quiet hours may be widened, not narrowed")
    if Channel.SMS in contact.channels and kind is not RecipientKind.STAFF and not contact.may_text:
        raise Invalid("no-consent-to-text", "texts need the recipient's express consent")
    if contact.in_app_only and contact.channels:
        raise Invalid("in-app-only", "who wants the inbox only has no other channel")


def contact_of(agreed: ContactAgreed) -> Contact:
    """What was agreed, as it is kept."""
    return Contact.model_validate(agreed, from_attributes=True)


def meant_by(words: str) -> str:
    """What a recipient says in a text of theirs: `stop`, `start`, `help`, or nothing we know. Rule: NO-C3."""
    said = words.strip().strip(".!¡").casefold()
    for meaning, known in (("stop", STOP_WORDS), ("start", START_WORDS), ("help", HELP_WORDS)):
        if said in known:
            return meaning
    return ""
