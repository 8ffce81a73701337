"""What skills can answer about danger: what is open, and what it asks of people now."""

from datetime import date, datetime

from pydantic import BaseModel

from common.contracts.words import FlagId, RiskLevel, ScreenVersion, StaffId
from common.mongo import Database
from skills.domain.watch import open_screens, over
from skills.views.measures import record_of


class OpenFlag(BaseModel):
    """One open flag; `review_late`: the day to look at it is over; `historical`: it is about long ago (SK-R20)."""

    flag_id: FlagId
    level: RiskLevel
    rule: str
    raised_at: datetime
    review_on: date | None
    review_late: bool
    historical: bool


class AskedScreen(BaseModel):
    """A suicide screen that a clinician is asked for."""

    flag_id: FlagId
    due_at: datetime
    late: bool


class LastScreen(BaseModel):
    """The last suicide screen of one version."""

    instrument: str
    level: RiskLevel
    screened_at: datetime


class RiskView(BaseModel):
    """Danger as it stands; the highest open flag counts, and only a person clears it."""

    highest: RiskLevel | None
    open_flags: list[OpenFlag]
    screens_asked: list[AskedScreen]
    last_screens: dict[ScreenVersion, LastScreen]
    cleared: dict[FlagId, StaffId]


ORDER = list(RiskLevel)


async def risk(database: Database, participant_id: str, now: datetime) -> RiskView:
    """Danger as it stands; raises NotFound `participant-unknown`."""
    record = await record_of(database, participant_id)
    flags = [
        OpenFlag(
            flag_id=id,
            **flag.model_dump(exclude={"cleared_by"}),
            review_late=flag.review_on is not None and over(flag.review_on) <= now,
        )
        for id, flag in record.risk.flags.items()
        if flag.cleared_by is None
    ]
    asked = open_screens(record.watch, record.risk)
    screens = sorted(record.risk.screens, key=lambda screen: screen.screened_at)
    return RiskView(
        highest=max((flag.level for flag in flags if not flag.historical), key=ORDER.index, default=None),
        open_flags=sorted(flags, key=lambda flag: (-ORDER.index(flag.level), flag.raised_at)),
        screens_asked=[AskedScreen(flag_id=id, due_at=one.due_at, late=one.due_at <= now) for id, one in asked.items()],
        last_screens={screen.version: LastScreen(**screen.model_dump(exclude={"version"})) for screen in screens},
        cleared={id: flag.cleared_by for id, flag in record.risk.flags.items() if flag.cleared_by is not None},
    )
