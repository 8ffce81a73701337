"""The codes of everything we can say. Their texts stand in `templates/`, one file a code."""

from common.change import Refused
from common.contracts.notifications import SendNotice
from common.contracts.words import RecipientKind

FOR_SUPPORTERS = frozenset(
    {
        "family-skill",
        "meeting-invited",
        "meeting-off",
        "plans-changed",
        "transition-happened",
        "transition-planned",
    }
)
"""What may be said to a supporter at all. Rule: NO-S4."""

TAKING_BACK = frozenset({"plans-changed", "meeting-off"})
"""What makes sense only to somebody who got the notice it follows. Rule: NO-Q3."""

TEMPLATES = FOR_SUPPORTERS | {
    "absence-review-proposed",
    "alliance-fell",
    "alumni-contact",
    "answer-missing",
    "authorisation-lapsed",
    "authorisation-running-out",
    "bed-replanned",
    "care-not-authorised",
    "certification-due",
    "certification-lapsed",
    "check-in-person",
    "check-late",
    "coaching-requested",
    "coaching-unanswered",
    "collect-missing-data",
    "connection-fell",
    "consents-suspended",
    "contact-not-recorded",
    "contact-unreachable",
    "danger-reported",
    "first-contact-late",
    "follow-up-contact",
    "gone-without-leave",
    "hand-over-open",
    "hand-over-planned",
    "leave-overdue",
    "leave-welfare-decision",
    "level-changed",
    "measures-missed",
    "milestones-missed",
    "misses-noticed",
    "misses-to-call",
    "nobody-on-call",
    "old-answer-found",
    "opinion-asks-for-more",
    "out-of-program-proposed",
    "participant-disagrees",
    "place-not-restored",
    "place-replanned",
    "proposal-to-sign",
    "report-to-read",
    "review-asked",
    "review-late",
    "risk-flag-raised",
    "risk-stream-heard",
    "risk-stream-late",
    "still-unanswered",
    "support-plan-to-write",
    "talk-not-recorded",
    "talk-to-prepare",
    "tie-formed",
    "transition-compensated",
    "transition-held",
    "transition-stale",
    "transition-waits-for-return",
    "we-missed-you",
    "work-paused",
}


def refuse_unless_sayable(order: SendNotice) -> None:
    """Raise Refused for a request that nobody can carry out, whatever the releases. Rules: NO-W1, NO-S4."""
    if order.template not in TEMPLATES:
        raise Refused("unknown-template", "there is no text with this code")
    if order.recipient_kind is not RecipientKind.SUPPORTER:
        return
    if order.template not in FOR_SUPPORTERS:
        raise Refused("not-for-supporters", "this text is not meant for a supporter")
    if order.scope is None:
        raise Refused("scope-missing", "a notice to a supporter names the scope it rests on")
