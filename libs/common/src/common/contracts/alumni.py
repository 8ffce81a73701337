"""What family says of the time after the program: contacts, ties between participants, leaving (`family.engagement`).

Who somebody would like to stay in touch with is clinical: it stands in no log, and the other does not learn of it
unless both wish it.
"""

from common.contracts.family import EngagementEvent
from common.contracts.message import Clinical, Contract, Instant, Part, Plain
from common.contracts.words import GroupId, NoticeId, ParticipantId, StaffId


class PlannedContact(Part):
    """A contact after treatment and when it falls due."""

    step: Plain[str]
    due_at: Plain[Instant]


class AlumniCareBegan(EngagementEvent):
    """Treatment ended at `at`, however it ended; these contacts are to come. Said anew where `at` was corrected."""

    contacts: Plain[tuple[PlannedContact, ...]]


class AlumniCareEnded(EngagementEvent):
    """Treatment goes on, so no contact is due any more; `reason` is `readmitted` or `discharge-voided`."""

    reason: Plain[str]


class AlumniContactDue(EngagementEvent):
    """It is time to ask how things are; the participant is written to, once."""

    step: Plain[str]
    notice_id: Plain[NoticeId]


class AlumniContactMade(EngagementEvent):
    """A named person noted whether the participant was reached; said otherwise later, the later word holds."""

    step: Plain[str]
    reached: Clinical[bool]
    noted_by: Plain[StaffId]


class AlumnusLeft(EngagementEvent):
    """The participant wants nothing more of this: no contacts, no ties, no alumni groups.

    `group_ids` are the alumni groups they stand in, `notice_ids` what may still be on its way to them.
    """

    group_ids: Plain[tuple[GroupId, ...]] = ()
    notice_ids: Plain[tuple[NoticeId, ...]] = ()


class AlumnusReturned(EngagementEvent):
    """The participant wants to hear of us again; `contacts` are those still to come."""

    contacts: Plain[tuple[PlannedContact, ...]] = ()


class TieEvent(EngagementEvent):
    """About one participant's side of a tie with another one."""

    other_id: Clinical[ParticipantId]


class TieWished(TieEvent):
    """This participant would like to stay in touch with the other; the other is not told."""


class TieWishTakenBack(TieEvent):
    """This participant does not wish it any more; the other never learnt of it."""


class TieAsked(EngagementEvent):
    """This participant asked for a tie, for the `times`th time; with whom is said apart.

    It puts wishing and leaving of one person in an order, whichever of two requests is quicker. Rule: FA-A10.
    """

    times: Plain[int]


class TieFormed(TieEvent):
    """Both wish to stay in touch; said once for each side, and each is told."""

    notice_id: Plain[NoticeId]


class TieEnded(TieEvent):
    """One of the two ended it; said once for each side, and nobody is written to."""


EVENTS: tuple[type[Contract], ...] = (
    AlumniCareBegan,
    AlumniCareEnded,
    AlumniContactDue,
    AlumniContactMade,
    AlumnusLeft,
    AlumnusReturned,
    TieWished,
    TieWishTakenBack,
    TieFormed,
    TieEnded,
    TieAsked,
)
COMMANDS: tuple[type[Contract], ...] = ()
