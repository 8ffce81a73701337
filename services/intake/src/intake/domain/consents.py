"""Releases: who may hear what about a participant, on whose signature, until when. Kept by intake."""

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from common.change import Aggregate, Forget, Invalid, NotFound, Outcome, Refused, Remind
from common.contracts import care
from common.contracts import intake as said
from common.contracts.ages import AgeBasisTakenBack
from common.contracts.care import BlockReason
from common.contracts.episodes import Part2Consent
from common.contracts.message import Contract
from common.contracts.words import (
    ConsentSetting,
    ParticipantId,
    ReleaseId,
    ReleaseScope,
    Role,
    Signatory,
    StaffId,
    SupporterId,
)
from intake.domain.age_of_consent import Ages, birthday, why_not
from intake.domain.episode import Rules
from intake.domain.notices import tell_staff
from intake.domain.part2 import refuse_unless_complete

EXPIRY = "release-expiry"
COMING_OF_AGE = "coming-of-age"
CAME_OF_AGE = "came-of-age"
VERBAL_OVER = "verbal-agreement-over"
"""A timer, and the reason it gives."""


class Wanted(BaseModel):
    """What a release is to say. `assented`: whether a minor agrees to what a guardian signs."""

    model_config = ConfigDict(frozen=True)

    supporter_id: SupporterId
    scopes: tuple[ReleaseScope, ...]
    expires_on: date | None = None
    granted_by: Signatory | None = None
    assented: bool | None = None
    part2: Part2Consent | None = None
    verbal: bool = False


class Consents(Aggregate):
    """The releases of one participant (`id`), and by which age and state it is judged who may sign."""

    releases: dict[str, said.ReleaseGranted] = Field(default_factory=dict)
    revoked: frozenset[str] = frozenset()
    expired: frozenset[str] = frozenset()
    suspended: frozenset[str] = frozenset()
    """Those of `revoked` that wait for the participant's own word."""
    blocked: dict[SupporterId, BlockReason] = Field(default_factory=dict)
    birth_date: date | None = None
    state: str = ""
    age_of: ParticipantId | None = None
    """Whose birth date it is, where it came along with the word that both are the same person. Rule: IN-D5."""

    def after(self, fact: Contract) -> Self:
        """The consents once `fact` is true."""
        match fact:
            case said.ReleaseGranted(release_id=id):
                return self.model_copy(update={"releases": {**self.releases, id: fact}})
            case said.ReleaseRevoked(release_id=id, reason=reason):
                also = {CAME_OF_AGE: "suspended", VERBAL_OVER: "expired"}.get(reason)
                more: dict[str, frozenset[str]] = {also: getattr(self, also) | {id}} if also else {}
                return self.model_copy(update={"revoked": self.revoked | {id}, **more})
            case care.ReleaseExpired(release_id=id):
                return self.model_copy(update={"expired": self.expired | {id}})
            case care.SupporterBlocked(supporter_id=who, reason=why):
                return self.model_copy(update={"blocked": {**self.blocked, who: why}})
            case care.SupporterUnblocked(supporter_id=who):
                others = {id: why for id, why in self.blocked.items() if id != who}
                return self.model_copy(update={"blocked": others})
            case care.AgeBasisRecorded(birth_date=born, state=state, carried_from=whose):
                return self.model_copy(update={"birth_date": born, "state": state, "age_of": whose})
            case AgeBasisTakenBack():
                return self.model_copy(update={"birth_date": None, "state": "", "age_of": None})
        return self

    def grant(
        self, id: ReleaseId, wanted: Wanted, setting: ConsentSetting, rules: Rules, at: datetime
    ) -> list[Outcome]:
        """Each scope is opted in, by who may sign, on a complete form. Rules: IN-C1, IN-C4, IN-C5, IN-C8, IN-C9."""
        if id in self.releases:
            return []
        if not wanted.scopes:
            raise Invalid("no-scope", "a release names at least one scope")
        if why := self.blocked.get(wanted.supporter_id):
            raise Refused("supporter-blocked", f"nothing is told to this supporter: {why}")
        if wanted.expires_on is not None and wanted.expires_on < at.astimezone(UTC).date():
            raise Invalid("expired-already", "the release would have expired already")
        today = at.astimezone(rules.zone).date()
        self._refuse_unless_signed(wanted, setting, rules, today)
        if wanted.verbal and ReleaseScope.SUD in wanted.scopes:
            raise Invalid("verbal-not-enough", "to tell of substance use a consent is signed")
        refuse_unless_complete(wanted.scopes, wanted.part2, wanted.expires_on, today)
        granted = said.ReleaseGranted(
            at=at,
            participant_id=ParticipantId(self.id),
            release_id=id,
            supporter_id=wanted.supporter_id,
            scopes=tuple(dict.fromkeys(wanted.scopes)),
            expires_on=_last_day(wanted, rules, at),
            granted_by=wanted.granted_by or (Signatory.PARTICIPANT if self.birth_date else None),
            signed_for=setting,
            assented=wanted.assented,
            part2=wanted.part2,
            verbal=wanted.verbal,
        )
        return [granted, *self._reminders(self.after(granted), rules)]

    def revoke(self, id: ReleaseId, rules: Rules, at: datetime) -> list[Outcome]:
        """Taken back at any time, from now on; said twice, once. Rule: IN-C2."""
        if id not in self.releases:
            raise NotFound("no-such-release", "this participant has no release with this id")
        if id in self.revoked:
            return []
        revoked = self._ended(self.releases[id], "", at)
        return [revoked, *self._reminders(self.after(revoked), rules)]

    def block(
        self, supporter_id: SupporterId, reason: BlockReason, by: StaffId, rules: Rules, at: datetime
    ) -> list[Outcome]:
        """Nothing more is told to a supporter; what they might hear ends now. Rule: IN-C9."""
        if self.blocked.get(supporter_id) is reason:
            return []
        who = ParticipantId(self.id)
        blocked = care.SupporterBlocked(
            at=at, participant_id=who, supporter_id=supporter_id, reason=reason, blocked_by=by
        )
        theirs = [r for r in self.in_force() if r.supporter_id == supporter_id]
        facts: list[Contract] = [blocked, *(self._ended(release, reason, at) for release in theirs)]
        return [*facts, *self._reminders(self._with(facts), rules)]

    def unblock(self, supporter_id: SupporterId, reason: str, by: StaffId, at: datetime) -> list[Outcome]:
        """A named person lifts the block; nothing is allowed by that. Rule: IN-C9."""
        if supporter_id not in self.blocked:
            return []
        who = ParticipantId(self.id)
        lifted = care.SupporterUnblocked(
            at=at, participant_id=who, supporter_id=supporter_id, reason=reason, unblocked_by=by
        )
        return [lifted]

    def lets_answer_for(self, supporter_id: SupporterId, at: datetime) -> list[Outcome]:
        """Nothing, where a supporter may hear when the participant is where; raises Refused where not. Rule: IN-E16."""
        theirs = (r for r in self.releases.values() if r.supporter_id == supporter_id)
        if not any(ReleaseScope.SCHEDULE in r.scopes and self.stands(r, at) == "in-force" for r in theirs):
            raise Refused("not-released", "no release in force lets this supporter hear of the schedule")
        return []

    def end_verbal(self, rules: Rules, at: datetime) -> list[Outcome]:
        """What was agreed in conversation ends after its hours; timer. Rule: IN-C8."""
        over = [r for r in self.in_force() if (end := _verbal_end(r, rules)) and end <= at]
        facts: list[Contract] = [self._ended(release, VERBAL_OVER, at) for release in over]
        return [*facts, *self._next(facts, VERBAL_OVER, rules)]

    def know_age(
        self,
        birth_date: date,
        state: str,
        staff: StaffId | None,
        rules: Rules,
        at: datetime,
        whose: ParticipantId | None = None,
    ) -> list[Outcome]:
        """By which birth date and state is judged; a referral (`staff` None) never overwrites. Rules: IN-C6, IN-D5."""
        if birth_date > at.astimezone(rules.zone).date():
            raise Invalid("future-birth-date", "the birth date is in the future")
        vouched = staff is not None and self.age_of is not None
        if (self.birth_date, self.state) == (birth_date, state) and not vouched:
            return []
        if staff is None and self.birth_date is not None:
            return []
        about = {"at": at, "participant_id": self.id, "birth_date": birth_date, "state": state}
        known = care.AgeBasisRecorded.model_validate({**about, "recorded_by": staff, "carried_from": whose})
        return [known, *self.after(known).come_of_age(rules, at)]

    def forget_age(self, others: Collection[ParticipantId], at: datetime) -> list[Outcome]:
        """What came along from somebody who is not the same after all goes; what a person said stays. Rule: IN-D5."""
        if self.age_of is None or self.age_of not in others:
            return []
        back = AgeBasisTakenBack(at=at, participant_id=ParticipantId(self.id), carried_from=self.age_of)
        return [back, Forget(COMING_OF_AGE)]

    def expire(self, rules: Rules, at: datetime) -> list[Outcome]:
        """Say of each release whose last day is over that it is; timer. Rule: IN-C3."""
        over = [r for r in self.in_force() if r.expires_on and _end_of(r.expires_on) <= at]
        facts: list[Contract] = [
            care.ReleaseExpired(
                at=at, participant_id=ParticipantId(self.id), release_id=r.release_id, supporter_id=r.supporter_id
            )
            for r in over
        ]
        return [*facts, *self._next(facts, EXPIRY, rules)]

    def come_of_age(self, rules: Rules, at: datetime) -> list[Outcome]:
        """What a guardian allowed rests from the day on which the participant signs alone; timer. Rule: IN-C7."""
        today = at.astimezone(rules.zone).date()
        over = [r for r in self.in_force() if (day := self.rests_from(r, rules)) and day <= today]
        facts: list[Contract] = [self._ended(release, CAME_OF_AGE, at) for release in over]
        about = "|".join(sorted(release.release_id for release in over))
        told = [tell_staff(Role.FAMILY_CLINICIAN, self.id, "consents-suspended", about, at)] if over else []
        return [*facts, *told, *self._next(facts, COMING_OF_AGE, rules)]

    def in_force(self) -> Iterator[said.ReleaseGranted]:
        """The releases neither revoked nor said to have expired."""
        ended = self.revoked | self.expired
        return (release for id, release in self.releases.items() if id not in ended)

    def stands(self, release: said.ReleaseGranted, at: datetime) -> str:
        """How a release stands: `in-force`, `expired`, `revoked`, or `suspended` until granted anew."""
        if release.release_id in self.suspended:
            return "suspended"
        if release.release_id in self.revoked:
            return "expired" if release.release_id in self.expired else "revoked"
        return "expired" if release.expires_on and _end_of(release.expires_on) <= at else "in-force"

    def rests_from(self, release: said.ReleaseGranted, rules: Rules) -> date | None:
        """From which day a release rests until the participant grants anew; None for their own."""
        if self.birth_date is None or release.granted_by is Signatory.PARTICIPANT:
            return None
        setting = release.signed_for or ConsentSetting.OUTPATIENT
        alone_from = birthday(self.birth_date, self._ages(rules).alone_from(setting))
        unsaid_but_old_enough = release.granted_by is None and release.at.astimezone(rules.zone).date() >= alone_from
        return None if unsaid_but_old_enough else alone_from

    def _refuse_unless_signed(self, wanted: Wanted, setting: ConsentSetting, rules: Rules, today: date) -> None:
        signatory = wanted.granted_by or Signatory.PARTICIPANT
        if code := why_not(signatory, self.birth_date, setting, self._ages(rules), today):
            raise Invalid(code, f"the signature of the {signatory} does not do for {setting} care at this age")
        if signatory is Signatory.GUARDIAN and wanted.assented is None:
            raise Invalid("assent-missing", "say whether the minor agrees to what the guardian signs")

    def _ages(self, rules: Rules) -> Ages:
        return rules.care.consent.of(self.state)

    def _ended(self, release: said.ReleaseGranted, reason: str, at: datetime) -> said.ReleaseRevoked:
        return said.ReleaseRevoked(
            at=at,
            participant_id=ParticipantId(self.id),
            release_id=release.release_id,
            supporter_id=release.supporter_id,
            reason=reason,
        )

    def _due(self, rules: Rules) -> dict[str, datetime | None]:
        ends = (_end_of(r.expires_on) for r in self.in_force() if r.expires_on)
        rests = (day for r in self.in_force() if (day := self.rests_from(r, rules)))
        first = min(rests, default=None)
        verbal = (end for r in self.in_force() if (end := _verbal_end(r, rules)))
        return {
            VERBAL_OVER: min(verbal, default=None),
            EXPIRY: min(ends, default=None),
            COMING_OF_AGE: datetime.combine(first, time.min, rules.zone).astimezone(UTC) if first else None,
        }

    def _reminders(self, after: Self, rules: Rules) -> list[Outcome]:
        """The timers that change between this state and the one after."""
        before, now = self._due(rules), after._due(rules)
        changed = [name for name in now if before[name] != now[name]]
        return [Remind(name, due) if (due := now[name]) else Forget(name) for name in changed]

    def _next(self, facts: Iterable[Contract], name: str, rules: Rules) -> list[Outcome]:
        due = self._with(facts)._due(rules)[name]
        return [Remind(name, due)] if due else []

    def _with(self, facts: Iterable[Contract]) -> Self:
        after = self
        for fact in facts:
            after = after.after(fact)
        return after


def _verbal_end(release: said.ReleaseGranted, rules: Rules) -> datetime | None:
    return release.at + timedelta(hours=rules.care.consent.verbal_hours) if release.verbal else None


def _last_day(wanted: Wanted, rules: Rules, at: datetime) -> date | None:
    """The last day others go by: of a verbal agreement at the latest the one on which its hours end."""
    if not wanted.verbal:
        return wanted.expires_on
    end = (at + timedelta(hours=rules.care.consent.verbal_hours)).astimezone(UTC).date()
    return min(end, wanted.expires_on or end)


def _end_of(day: date) -> datetime:
    """When a last day is over, counted in UTC, as everybody who reads it does. Rules: FA-R2, NO-R2."""
    return datetime.combine(day + timedelta(days=1), time.min, UTC)
