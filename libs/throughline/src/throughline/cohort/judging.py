"""What became of the cases: the journey of who played one, in the few words that a case looks for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from throughline.cohort.cases import CASES, Case

Row = Mapping[str, Any]
"""One event of a journey as operations tells it: `type`, `recorded_at`, `plain`."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a case: `ok`, or what differed; `played` is False where nobody could play it."""

    name: str
    participant: str
    expected: str
    observed: str
    differs: str = ""
    played: bool = True

    @property
    def ok(self) -> bool:
        """Whether it went as expected, or was not played at all."""
        return not self.differs


def mark_of(row: Row) -> str:
    """One event in the few words a case looks for; empty for an event that no case asks about."""
    kind = row["type"].split(".")[0]
    if kind == "TransitionProposed":
        by = "policy" if row["plain"]["proposed_by"].startswith("policy ") else "person"
        return f"proposed {row['plain']['kind']} by {by}"
    if kind == "LevelOfCareChanged" and row["plain"].get("undoes"):
        return f"back at {row['plain']['to_level']}"
    if kind == "PlaceHeld":
        return "place kept for later" if row["plain"].get("effective_at") else ""
    return MARKS.get(kind, "").format(**row["plain"])


MARKS: Mapping[str, str] = {
    "LevelOfCareChanged": "at {to_level}",
    "TransitionSigned": "signed {role}",
    "TransitionHeld": "held {reason}",
    "TransitionCompensating": "compensating {reason}",
    "EpisodeClosed": "closed {disposition}",
    "FollowUpDue": "follow-up {step}",
    "SupporterKeptSilent": "kept silent {reason}",
    "NoticeSent": "sent {recipient_kind} {template}",
    "NoticeSuppressed": "suppressed {recipient_kind} {template} {reason}",
    "TransitionApproved": "approved",
    "TransitionRefused": "refused",
    "TransitionReady": "ready",
    "TransitionCompleted": "completed",
    "TransitionCompensated": "compensated",
    "TransitionStale": "stale",
    "TransitionExpired": "expired",
    "LeaveStarted": "leave started",
    "LeaveReturned": "leave returned",
    "LeaveOverdue": "leave overdue",
    "ReleaseRevoked": "release revoked",
    "PrimaryTherapistChanged": "therapist changed",
    "SafetyPlanReviewed": "safety plan reviewed",
    "FamilyModuleTaught": "family was taught",
    "RiskFlagRaised": "flag raised",
    "RiskFlagCleared": "flag cleared",
    "LadderClimbed": "told at step {step}",
    "LadderAcknowledged": "answered",
    "LadderContactMade": "in touch",
    "LadderContactMissed": "nobody in touch",
    "BedHeld": "bed kept",
    "BedHoldReplanned": "bed planned anew {reason}",
}
"""Event -> its mark, from the fields that anybody who watches may see."""


def judge(case: Case, participant: str, timeline: Iterable[Row], seen: Sequence[str] = ()) -> Verdict:
    """Whether the journey shows what the case expects; `seen` are marks of what was asked besides."""
    marks = [*(mark for mark in map(mark_of, timeline) if mark), *seen]
    missing = _first_missing(case.expected, marks) or next((m for m in case.anywhere if m not in marks), "")
    unwanted = next((m for m in case.never if m in marks), "")
    differs = f"not seen: {missing}" if missing else f"seen: {unwanted}" if unwanted else ""
    return Verdict(case.name, participant, case.means, _telling(case, marks, seen), differs)


def not_played(case: Case) -> Verdict:
    """Nobody could play it."""
    return Verdict(case.name, "", case.means, "not played: too few referrals", played=False)


def judge_unreadable(count: int) -> Verdict:
    """The case that no participant plays."""
    case = CASES["unreadable-referral"]
    if not count:
        return Verdict(case.name, "", case.means, "not played: every referral could be read", played=False)
    return Verdict(case.name, "", case.means, f"{count} named and left out, the rest went on")


def _first_missing(expected: Sequence[str], marks: Sequence[str]) -> str:
    left = iter(marks)
    return next((mark for mark in expected if mark not in left), "")


def _telling(case: Case, marks: Sequence[str], seen: Sequence[str]) -> str:
    wanted = {*case.expected, *case.anywhere, *case.never, *seen}
    shown = (mark for mark in marks if mark in wanted and not mark.startswith("signed"))
    return ", ".join(mark for mark, _ in groupby(shown))
