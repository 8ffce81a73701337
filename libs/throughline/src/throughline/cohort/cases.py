"""The named cases: what each is about, how it is set up, and what must be seen in the journey of who plays it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from common.contracts.words import LevelOfCare

RES, PHP, IOP = LevelOfCare.RESIDENTIAL, LevelOfCare.PHP, LevelOfCare.IOP
BOOSTER, ALUMNI = LevelOfCare.OUTPATIENT_BOOSTER, LevelOfCare.ALUMNI


class Family(StrEnum):
    """Whether somebody is named, and whether they may hear of a change."""

    NONE = "none"
    NOT_RELEASED = "not-released"
    RELEASED = "released"


@dataclass(frozen=True)
class Case:
    """A case and its proof: marks in this order, others anywhere, and marks that must never be seen."""

    name: str
    means: str
    day: int = 0
    level: LevelOfCare = RES
    prepared_after: Mapping[LevelOfCare, int] = field(default_factory=dict)
    family: Family = Family.NONE
    by_policy: bool = True
    """Whether the policy must propose, for which it needs a condition it knows."""
    plays: bool = True
    """Whether a participant is chosen for it from the first day on."""
    expected: tuple[str, ...] = ()
    anywhere: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


DOWN, UP = "proposed STEP_DOWN by policy", "proposed STEP_UP by policy"

CASES: Mapping[str, Case] = {
    case.name: case
    for case in (
        Case(
            "full-way",
            "residential, day program, intensive outpatient, booster, alumni",
            prepared_after={RES: 7, PHP: 6, IOP: 6, BOOSTER: 2},
            family=Family.RELEASED,
            expected=(
                *("at RESIDENTIAL", DOWN, "signed clinician", "signed medical", "at PHP"),
                *(DOWN, "signed clinician", "at IOP", DOWN, "signed clinician", "at OUTPATIENT_BOOSTER"),
                *("proposed COMPLETION by person", "signed clinician", "at ALUMNI"),
            ),
            anywhere=(
                *("sent SUPPORTER transition-happened", "sent SUPPORTER family-skill"),
                *("family was taught", "in step", "nothing unheard"),
            ),
            never=("therapist changed", "something unheard"),
        ),
        Case(
            "destination-full",
            "the day program is full: held, waits, goes on when a place is free",
            day=3,
            prepared_after={RES: 9},
            expected=("at RESIDENTIAL", DOWN, "approved", "held no-place", "ready", "at PHP", "completed"),
        ),
        Case(
            "step-up",
            "gets worse in intensive outpatient and goes back to the day program",
            day=1,
            level=PHP,
            prepared_after={PHP: 12},
            expected=("at PHP", DOWN, "at IOP", UP, "signed clinician", "at PHP", "completed"),
        ),
        Case(
            "compensated",
            "danger after approval: everything arranged is given back",
            day=4,
            level=PHP,
            prepared_after={PHP: 12},
            expected=("at PHP", DOWN, "approved", "compensating evidence-changed", "compensated"),
            never=("at IOP",),
        ),
        Case(
            "cancelled",
            "a clinician stops an approved step down before it takes effect",
            day=5,
            level=PHP,
            prepared_after={PHP: 12},
            expected=("at PHP", DOWN, "approved", "compensating participant-asked-to-wait", "compensated"),
            never=("at IOP",),
        ),
        Case(
            "refused",
            "a clinician says no to what the policy proposes",
            day=1,
            prepared_after={RES: 7},
            expected=("at RESIDENTIAL", DOWN, "refused"),
        ),
        Case(
            "silent-supporter",
            "a supporter without a release hears nothing",
            day=3,
            prepared_after={RES: 8},
            family=Family.NOT_RELEASED,
            expected=(DOWN, "approved", "at PHP"),
            anywhere=("kept silent no-release",),
            never=("sent SUPPORTER transition-planned", "sent SUPPORTER transition-happened"),
        ),
        Case(
            "told-supporter",
            "a supporter with a release is told of the plan",
            day=2,
            level=PHP,
            prepared_after={PHP: 12},
            family=Family.RELEASED,
            expected=(DOWN, "approved", "at IOP"),
            anywhere=("sent SUPPORTER transition-happened",),
        ),
        Case(
            "revoked-release",
            "a release taken back between approval and notice: the notice is not sent",
            day=3,
            level=PHP,
            prepared_after={PHP: 12},
            family=Family.RELEASED,
            expected=(DOWN, "approved", "release revoked"),
            anywhere=("suppressed SUPPORTER transition-planned release-revoked",),
            never=("sent SUPPORTER transition-planned", "sent SUPPORTER transition-happened"),
        ),
        Case(
            "against-advice",
            "leaves against advice, and is still followed up",
            by_policy=False,
            expected=("at RESIDENTIAL", "closed against-advice", "follow-up contact-72h"),
        ),
        Case(
            "waiting-admission",
            "the residence is full: waits, and is admitted when a place is free",
            day=4,
            by_policy=False,
            expected=("held no-place", "ready", "at RESIDENTIAL", "completed"),
        ),
        Case(
            "leave",
            "a leave of absence and the return; the level stays",
            day=2,
            by_policy=False,
            expected=("at RESIDENTIAL", "leave started", "leave returned"),
            never=("leave overdue",),
        ),
        Case(
            "readmission",
            "discharged, and back within thirty days",
            day=1,
            by_policy=False,
            expected=("at RESIDENTIAL", "closed administrative", "proposed READMISSION by person", "at PHP"),
        ),
        Case(
            "planned-move",
            "a step down agreed for a date: its place is kept now, and the move is on that date",
            day=1,
            level=PHP,
            by_policy=False,
            expected=("at PHP", "proposed STEP_DOWN by person", "approved", "ready", "at IOP", "completed"),
            anywhere=("place kept for later", "on its date"),
        ),
        Case(
            "bed-replanned",
            "a discharge slips: the bed kept for somebody else is another one, and only they are told",
            day=2,
            level=PHP,
            by_policy=False,
            expected=(
                *("at PHP", "proposed STEP_UP by person", "approved", "bed kept"),
                *("bed planned anew stay-longer", "at RESIDENTIAL", "completed"),
            ),
            anywhere=("sent STAFF bed-replanned", "nobody else told"),
        ),
        Case(
            "undone-move",
            "a move taken back after days of documents at the new level; nothing is deleted",
            level=PHP,
            by_policy=False,
            expected=(
                "at PHP",
                "at IOP",
                "safety plan reviewed",
                "proposed STEP_UP by person",
                "back at PHP",
                "completed",
            ),
            anywhere=("both moves kept", "documents kept"),
        ),
        Case(
            "placement",
            "groups are proposed with every reason; what was chosen is what is held",
            day=2,
            level=PHP,
            by_policy=False,
            expected=("at PHP", "proposed STEP_DOWN by person", "approved", "at IOP", "completed"),
            anywhere=("every group explained", "proven", "not worse than by hand", "sits where proposed"),
        ),
        Case(
            "night-flag",
            "a diary card raises a flag at two in the night: one step after the other is told until somebody answers",
            plays=False,
            expected=("told at step 0", "told at step 1", "answered", "in touch"),
            anywhere=("flag raised", "flag cleared", "who is on call was paged"),
            never=("told at step 2", "nobody in touch"),
        ),
        Case("unreadable-referral", "a referral that cannot be read is named, and the rest goes on", plays=False),
    )
}
"""Case by name, the most important first: with few referrals the last ones are not played."""
