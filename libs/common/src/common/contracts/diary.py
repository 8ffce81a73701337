"""What skills says of diary cards by the program's template (`skills.progress`)."""

from datetime import date

from common.contracts.message import Clinical, Contract, Instant, Part, Plain, SubstanceUse
from common.contracts.skills import ProgressEvent
from common.contracts.words import StaffId


class CardRating(Part):
    """One answer on a card, on the scale its template gives the field; yes is 1, no is 0."""

    field: Clinical[str]
    value: Clinical[int]


class SubstanceRating(Part):
    """One answer about substance use."""

    field: SubstanceUse[str]
    value: SubstanceUse[int]


class CardSkill(Part):
    """One skill of the day, with its categorical 0-7 code."""

    skill: Clinical[str]
    code: Clinical[int]


class DiaryCardDetailed(ProgressEvent):
    """All that one day's card says by its template; a new `revision` replaces. Rule: SK-D8.

    `filled_at` is when the participant filled it in; `overall` is a categorical code as those of the skills. A note
    stays with skills.
    """

    day: Clinical[date]
    revision: Plain[int]
    template: Plain[str]
    filled_at: Clinical[Instant]
    late: Clinical[bool]
    filled_in_session: Clinical[bool | None]
    after_review: Clinical[bool]
    suicidal_act: Clinical[bool | None]
    ratings: Clinical[tuple[CardRating, ...]]
    substance_use: SubstanceUse[tuple[SubstanceRating, ...]]
    skills: Clinical[tuple[CardSkill, ...]]
    overall: Clinical[int | None]


class DiaryCardSetAside(ProgressEvent):
    """A card came that was filled in before the one that stands: it raises its flags and is not used. Rule: SK-D10."""

    day: Clinical[date]
    filled_at: Clinical[Instant]


class DiaryCardReviewed(ProgressEvent):
    """A clinician has gone through this revision of a card; a later one is marked. Rule: SK-D11."""

    day: Clinical[date]
    revision: Plain[int]
    reviewed_by: Plain[StaffId]


class DiaryAlertRaised(ProgressEvent):
    """A card says what its template wants looked at; once a day and alert, whatever comes later. Rule: SK-D12."""

    day: Clinical[date]
    alert: SubstanceUse[str]
    rank: Clinical[int]


EVENTS: tuple[type[Contract], ...] = (DiaryCardDetailed, DiaryCardSetAside, DiaryCardReviewed, DiaryAlertRaised)
COMMANDS: tuple[type[Contract], ...] = ()
