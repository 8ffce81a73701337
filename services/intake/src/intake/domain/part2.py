"""What a consent to tell of substance use must say. Source: facts 6.6 (42 CFR 2.31 after the 2024 rule)."""

from datetime import date

from common.change import Invalid
from common.contracts.episodes import Part2Consent
from common.contracts.words import ReleaseScope

PROCEEDINGS = "legal-proceedings"


def missing(form: Part2Consent, expires_on: date | None) -> tuple[str, ...]:
    """The elements a consent lacks, as codes, in the order of the rule; empty where it is complete."""
    elements = {
        "participant-name": form.participant_named,
        "discloser": form.discloser,
        "information": form.information,
        "recipient": form.recipient_named,
        "purpose": form.purpose,
        "right-to-revoke": form.right_to_revoke_explained,
        "expiry": expires_on or form.expiry_event,
        "signature": form.signed,
        "date": form.signed_on,
        "redisclosure-statement": form.redisclosure_stated or not form.for_tpo,
        "refusal-consequence": form.refusal_explained or not form.for_tpo,
    }
    return tuple(element for element, there in elements.items() if not there)


def refuse_unless_complete(
    scopes: tuple[ReleaseScope, ...], form: Part2Consent | None, expires_on: date | None, today: date
) -> None:
    """Raise Invalid for a release of substance use whose form lacks an element, with its code. Rule: IN-C5."""
    if ReleaseScope.SUD not in scopes:
        return
    form = form or Part2Consent()
    if lacking := missing(form, expires_on):
        raise Invalid("part2-elements-missing", f"the consent lacks: {', '.join(lacking)}")
    if form.signed_on and form.signed_on > today:
        raise Invalid("signed-in-the-future", "the consent bears a date that has not come yet")
    if form.purpose == PROCEEDINGS and scopes != (ReleaseScope.SUD,):
        raise Invalid("proceedings-apart", "a consent for legal proceedings stands alone")
