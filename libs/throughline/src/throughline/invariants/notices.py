"""Notices: one intent, one sending; and every supporter who may be told gets an answer."""

import json
from collections import Counter
from collections.abc import Iterator

from throughline.invariants.shapes import Doc, Finding, House, Row, judge

SETTLED = ("NoticeSent", "NoticeSuppressed")
OWN = "~"
"""In the id of a notice that notifications itself means: a rung of a ladder, a task."""
STAGES = {
    "NoticeQueued": "waiting",
    "NoticeSent": "sent",
    "NoticeSuppressed": "suppressed",
    "NoticeAcknowledged": "acknowledged",
}


def settled_once(house: House) -> Finding:
    """Each notice is sent once or suppressed once, never both, and somebody asked for it."""
    settled = Counter(row.data["notice_id"] for row in house.said("notifications.deliveries", *SETTLED))
    asked = {row.data["notice_id"] for row in house.said("notifications.commands", "SendNotice")}
    broken = [f"notice {id}: settled {n} times" for id, n in settled.items() if n > 1]
    broken += [f"notice {id}: nobody asked for it" for id in sorted(settled.keys() - asked) if OWN not in id]
    return judge("F2a each notice is settled once", settled.total(), broken)


def one_sending_per_intent(house: House) -> Finding:
    """One piece of news for one supporter is one sending, whatever ids it went under."""
    meant = {
        row.data["notice_id"]: f"{row.data['about']} of {row.data.get('transition_id')} to {row.data['supporter_id']}"
        for row in house.said("family.engagement", "SupporterToBeTold")
    }
    told = house.said("notifications.deliveries", "NoticeSent")
    told = [row for row in told if row.data["recipient_kind"] == "SUPPORTER"]
    sent = Counter(meant.get(row.data["notice_id"], "") for row in told)
    broken = [f"{intent}: {n} times" for intent, n in sent.items() if intent and n > 1]
    broken += [f"{row}: family never meant it" for row in told if row.data["notice_id"] not in meant]
    return judge("F2b one sending per intent", len(told), broken)


def every_telling_is_answered(house: House) -> Finding:
    """Each supporter to be told was asked for once, and was told, kept silent, or waits for the due instant."""
    told = house.said("family.engagement", "SupporterToBeTold")
    orders = house.said("notifications.commands", "SendNotice")
    asked = Counter(row.data["notice_id"] for row in orders if row.service == "family")
    answered = {row.data["notice_id"] for row in house.said("notifications.deliveries", *STAGES)}
    parked = house.waiting_at("notifications")
    answered |= {row.data["notice_id"] for row in orders if row.id in parked}
    broken = [f"{row}: asked {asked[id]} times" for row in told if asked[id := row.data["notice_id"]] != 1]
    broken += [f"{row}: no answer" for row in told if row.data["notice_id"] not in answered]
    return judge("F3 every telling has its answer", len(told), broken)


def notices_rebuilt(house: House) -> Finding:
    """Each stored notice is as far as the journal says. Promise 1."""
    told = {
        (row.subject, row.data["notice_id"]): STAGES[row.type]
        for row in house.said("notifications.deliveries", *STAGES)
    }
    stored = {
        (who, id): notice["stage"]
        for who, state in house.states("notifications", "correspondence").items()
        for id, notice in state["notices"].items()
    }
    differing = sorted(key for key in {*told, *stored} if told.get(key) != stored.get(key))
    broken = [f"notice {id} of {who}" for who, id in differing]
    return judge("R5 notices equal their journal", len(told), broken)


OUTSIDE = {"due": [(0, 0)], "refused": [(0, 1)], "sent": [(1, 0), (1, 1)]}
"""State of a delivery -> how often it may have been said to be delivered, and to be undeliverable."""


def deliveries_are_told(house: House) -> Finding:
    """What a provider accepted was said once, what was given up was said, and nothing else was. Promise 6."""
    sent, deliveries = _sent(house), _by_gateway(house)
    told, given_up = (
        Counter(row.data["notice_id"] for row in house.said("notifications.deliveries", type))
        for type in ("NoticeDelivered", "NoticeUndeliverable")
    )
    broken = [
        f"delivery {doc['_id']}: {doc['state']}, said {told[doc['_id']]} times, given up {given_up[doc['_id']]} times"
        for doc in deliveries
        if (told[doc["_id"]], given_up[doc["_id"]]) not in OUTSIDE[doc["state"]]
    ]
    broken += [
        f"delivery {doc['_id']}: no such notice was sent"
        for doc in deliveries
        if doc["_id"] not in sent or sent[doc["_id"]].subject != doc["about"]
    ]
    unknown = (told.keys() | given_up.keys()) - {doc["_id"] for doc in deliveries}
    broken += [f"notice {id}: said, but there is no delivery" for id in sorted(unknown)]
    return judge("F4a each delivery is told as it was", len(deliveries), broken)


def only_what_may_leave(house: House) -> Finding:
    """What leaves for a supporter rests on a release of theirs and does not name the participant."""
    deliveries = [(doc, json.loads(doc["body"])["to"]) for doc in _by_gateway(house)]
    to_supporters = [(doc, to["id"]) for doc, to in deliveries if to["kind"] == "SUPPORTER"]
    broken = [why for doc, supporter in to_supporters for why in _must_not_leave(house, doc, supporter)]
    return judge("F4b no delivery to a supporter without a release", len(to_supporters), broken)


def _must_not_leave(house: House, doc: Doc, supporter: str) -> Iterator[str]:
    sent = _sent(house).get(doc["_id"])
    releases = {row.data["release_id"]: row for row in house.said("intake.episodes", "ReleaseGranted")}
    release = releases.get(sent.data.get("release_id", "")) if sent else None
    if release is None or (release.subject, release.data["supporter_id"]) != (doc["about"], supporter):
        yield f"delivery {doc['_id']}: without a release"
    if doc["about"] in doc["body"]:
        yield f"delivery {doc['_id']}: names the participant"


def _by_gateway(house: House) -> list[Doc]:
    """The notices that leave by the gateway; nudges by other channels name their channel."""
    return [doc for doc in house.docs("notifications", "deliveries") if "channel" not in json.loads(doc["body"])]


def _sent(house: House) -> dict[str, Row]:
    return {row.data["notice_id"]: row for row in house.said("notifications.deliveries", "NoticeSent")}


CHECKS = (
    settled_once,
    one_sending_per_intent,
    every_telling_is_answered,
    notices_rebuilt,
    deliveries_are_told,
    only_what_may_leave,
)
