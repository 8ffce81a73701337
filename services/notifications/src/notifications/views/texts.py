"""The words of everything we say, by code and language. They stand in `templates/`, one Jinja file a code."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from common.contracts.notices import NudgeSent
from common.contracts.words import RecipientKind
from notifications.domain.contact import Channel
from notifications.domain.policy import Policy

FOLDER = Path(__file__).parents[1] / "templates"
TEXTS = Environment(loader=FileSystemLoader(FOLDER), undefined=StrictUndefined, autoescape=False)


def text_of(template: str, participant_id: str, language: str = "en") -> str:
    """What a notice says, in words; `participant_id` is an internal id, never a name. Rule: NO-W5."""
    folder = "" if language == "en" else f"{language}/"
    found = TEXTS.select_template([f"{folder}{template}.txt", f"{template}.txt"])
    return found.render(participant_id=participant_id).strip()


def nudge_of(sent: NudgeSent, policy: Policy) -> str:
    """What a nudge says: that something is there, and where to read it. Rules: NO-W2, NO-W4, NO-W5."""
    said = outside(sent.text, sent.language, link=policy.link, participant_id=sent.notices[0].participant_id)
    if sent.channel != Channel.SMS or sent.recipient_kind is RecipientKind.STAFF:
        return said
    return f"{said} {outside('stop', sent.language)}"


def outside(text: str, language: str, **about: str) -> str:
    """One text of those that leave the house."""
    return TEXTS.get_template(f"outside/{language}/{text}.txt").render(**about).strip()
