"""Ways to break releases and notices, and to say what must not be said."""

from collections.abc import Sequence
from typing import Any

from services.invariants.breaking import Break, Copy, earlier, rewritten


def _believe_the_revoked(house: Copy) -> None:
    house.state("notifications", "correspondence", "p-1")["releases"]["rel-2"]["active"] = True


def _hear_of_no_release(house: Copy) -> None:
    house.state("family", "supportnetwork", "p-1")["releases"].clear()


def _revoke_before_sending(house: Copy) -> None:
    revoked = house.said("intake", "ReleaseRevoked")
    house.said("notifications", "ReleaseHeeded", active=False, release_id="rel-2")["attributes"]["ce_causationid"] = ""
    rewritten(revoked, release_id="rel-1")


def _revoke_and_know_it(house: Copy) -> None:
    rewritten(house.said("intake", "ReleaseRevoked"), release_id="rel-1")


def _send_after_the_last_day(house: Copy) -> None:
    rewritten(house.said("intake", "ReleaseGranted", release_id="rel-1"), expires_on="2026-01-05")


def _send_outside_the_scope(house: Copy) -> None:
    rewritten(house.said("intake", "ReleaseGranted", release_id="rel-1"), scopes=["BILLING"])


def _send_to_somebody_else(house: Copy) -> None:
    rewritten(house.said("notifications", "NoticeSent", recipient_kind="SUPPORTER"), recipient_id="s-silent")


def _send_without_a_release(house: Copy) -> None:
    rewritten(house.said("notifications", "NoticeSent", recipient_kind="SUPPORTER"), release_id=None)


def _send_before_the_grant(house: Copy) -> None:
    earlier(house.said("notifications", "NoticeSent", recipient_kind="SUPPORTER"), days=9)


def _send_twice(house: Copy) -> None:
    house.again(house.said("notifications", "NoticeSent"))


def _send_unasked(house: Copy) -> None:
    rewritten(house.said("notifications", "NoticeSent"), notice_id="n-unasked")


def _send_one_intent_under_two_ids(house: Copy) -> None:
    told = house.said("family", "SupporterToBeTold")
    house.again(told, notice_id="n-other")
    house.again(house.said("notifications", "NoticeSent", recipient_kind="SUPPORTER"), notice_id="n-other")


def _send_what_family_never_meant(house: Copy) -> None:
    house.again(house.said("notifications", "NoticeSent", recipient_kind="SUPPORTER"), notice_id="n-mine")


def _tell_into_the_void(house: Copy) -> None:
    house.again(house.said("family", "SupporterToBeTold"), notice_id="n-void")


def _deliver_and_say_nothing(house: Copy) -> None:
    house.unsay("notifications", "NoticeDelivered")


def _say_a_delivery_twice(house: Copy) -> None:
    house.again(house.said("notifications", "NoticeDelivered"))


def _say_what_was_not_accepted(house: Copy) -> None:
    house.docs("notifications", "deliveries")[0]["state"] = "due"


def _give_up_and_say_delivered(house: Copy) -> None:
    house.docs("notifications", "deliveries")[0]["state"] = "refused"


def _deliver_what_was_not_sent(house: Copy) -> None:
    house.docs("notifications", "deliveries")[0]["about"] = "p-9"


def _lose_a_delivery(house: Copy) -> None:
    house.docs("notifications", "deliveries").pop()


def _deliver_to_somebody_else(house: Copy) -> None:
    delivery = _to_a_supporter(house)
    delivery["body"] = delivery["body"].replace("s-told", "s-silent")


def _deliver_the_name(house: Copy) -> None:
    delivery = _to_a_supporter(house)
    delivery["body"] = delivery["body"].replace('"text": "', '"text": "p-1 ')


def _to_a_supporter(house: Copy) -> dict[str, Any]:
    return next(doc for doc in house.docs("notifications", "deliveries") if "SUPPORTER" in doc["body"])


def _name_somebody_on_the_envelope(house: Copy) -> None:
    house.docs("skills", "journal")[0]["attributes"]["ce_site"] = "home of LINDQVIST77"


def _date_somebody_on_the_envelope(house: Copy) -> None:
    house.said("skills", "MeasureRecorded", participant_id="p-1")["attributes"]["ce_x"] = "1990-02-03"


def _write_a_number_beside_contacts(house: Copy) -> None:
    rewritten(house.said("scheduling", "LevelSetUp"), set_up_by="call 555-010-4477")


def _show_operators_a_name(house: Copy) -> None:
    event = next(event for event in house.docs("operations", "events") if event["subject"] == "p-1")
    event["plain"]["reason"] = "Adelheid asked"


def _show_operators_a_mail(house: Copy) -> None:
    house.docs("operations", "events")[0]["plain"]["who"] = "Adelheid@example.org"


WAYS: dict[str, Sequence[Break]] = {
    "F0": (
        _believe_the_revoked,
        _hear_of_no_release,
    ),
    "F1": (
        _revoke_before_sending,
        _revoke_and_know_it,
        _send_after_the_last_day,
        _send_outside_the_scope,
        _send_to_somebody_else,
        _send_without_a_release,
        _send_before_the_grant,
    ),
    "F2a": (
        _send_twice,
        _send_unasked,
    ),
    "F2b": (
        _send_one_intent_under_two_ids,
        _send_what_family_never_meant,
    ),
    "F3": (_tell_into_the_void,),
    "F4a": (
        _deliver_and_say_nothing,
        _say_a_delivery_twice,
        _say_what_was_not_accepted,
        _give_up_and_say_delivered,
        _deliver_what_was_not_sent,
        _lose_a_delivery,
    ),
    "F4b": (
        _send_without_a_release,
        _deliver_to_somebody_else,
        _deliver_the_name,
    ),
    "N1a": (
        _name_somebody_on_the_envelope,
        _date_somebody_on_the_envelope,
    ),
    "N1b": (_write_a_number_beside_contacts,),
    "N1c": (
        _show_operators_a_name,
        _show_operators_a_mail,
    ),
}
"""Check -> the ways to break what it watches."""
