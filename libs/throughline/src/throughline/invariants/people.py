"""Who is who: whoever agrees was asked about, and nobody was taken in past the question."""

from collections import defaultdict
from itertools import combinations

from throughline.invariants.shapes import Finding, House, Row, judge

STREAM = "intake.episodes"


def everybody_alike_was_asked_about(house: House) -> Finding:
    """Two referrals that agree on something are a question, on whichever instances they came in at once."""
    asked = {frozenset((d["participant_id"], d["other_participant_id"])) for d in house.docs("intake", "duplicates")}
    known = [state["participants"] for state in house.states("intake", "likeness").values()]
    alike = {frozenset(pair) for participants in known for pair in combinations(participants, 2)}
    broken = [f"nobody asks about {' and '.join(sorted(pair))}" for pair in alike - asked]
    return judge("W1 whoever may be known already is asked about", sum(map(len, known)), sorted(broken))


def nobody_is_merged_silently(house: House) -> Finding:
    """Whoever was asked about was taken in after an answer; as somebody else only after the answer `same`."""
    came_as = {row.data["referral_id"]: row.subject for row in house.said(STREAM, "ReferralReceived")}
    asked = house.about(STREAM, "DuplicateSuspected")
    answers: dict[str, list[Row]] = defaultdict(list)
    for row in house.said(STREAM, "DuplicateAnswered"):
        answers[row.subject].append(row)
        answers[row.data["other_participant_id"]].append(row)
    accepted, broken = house.said(STREAM, "ReferralAccepted"), []
    for row in accepted:
        who = came_as.get(row.data["referral_id"], row.subject)
        told = [one for one in answers[who] if one.recorded_at <= row.recorded_at]
        if any(one.recorded_at < row.recorded_at for one in asked.get(who, ())) and not told:
            broken.append(f"{row} without an answer")
        elif who != row.subject and not any(one.data["same"] for one in told):
            broken.append(f"{row} came as {who}, and nobody said that they are the same")
    return judge("W2 nobody is merged silently", len(accepted), broken)


CHECKS = (everybody_alike_was_asked_about, nobody_is_merged_silently)
