"""Case narratives without anybody knowing whose they are: consent, draft, attestation, approval by another, withdrawal.

Source: facts 1.2 B20; 45 CFR 164.514(b)(2).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from common.change import Aggregate, Invalid, NotEntitled, NotFound, Refused
from common.contracts import narratives as said
from common.contracts.message import Contract
from common.contracts.narratives import Attested, NarrativeOutcome, NarrativePurpose
from common.contracts.words import ConsentSetting, ParticipantId, Signatory, StaffId
from intake.domain.age_of_consent import ConsentRules, why_not
from intake.domain.safe_harbor import Finding, findings, tidy

REVOKED = "consent-revoked"
SETTING = ConsentSetting.OUTPATIENT
"""By which age of consent it is judged who lets a story be told. ASSUMED."""


@dataclass(frozen=True, slots=True)
class OnRecord:
    """What is known around a draft: names and ids to look for, the age basis, the rules, and today's local date."""

    names: Collection[str]
    ids: Collection[str]
    birth_date: date | None
    state: str
    rules: ConsentRules
    today: date


class Narrative(BaseModel):
    """One narrative: the version as it stands, who wrote it, what was attested of it, and what was approved."""

    model_config = ConfigDict(frozen=True)

    id: str
    version: int
    words: str
    names: tuple[str, ...] = ()
    written_by: StaffId
    attested_by: StaffId | None = None
    approved: said.NarrativeApproved | None = None
    withdrawn: str = ""

    def found(self, record: OnRecord) -> tuple[Finding, ...]:
        """What in it looks like an identifier now. Rule: IN-N3."""
        return findings(self.words, {*record.names, *self.names}, record.ids, record.today.year)


class Narratives(Aggregate):
    """The narratives of one participant (`id`), and the consent they rest on."""

    consent: said.NarrativeConsentGiven | None = None
    narratives: dict[str, Narrative] = Field(default_factory=dict)
    words: dict[str, said.NarrativeWritten] = Field(default_factory=dict)

    def after(self, fact: Contract) -> Self:
        """The narratives once `fact` is true; the words of one that is withdrawn go."""
        match fact:
            case said.NarrativeConsentGiven():
                return self.model_copy(update={"consent": fact})
            case said.NarrativeConsentRevoked():
                return self.model_copy(update={"consent": None})
            case said.NarrativeWritten(narrative_id=id):
                return self.model_copy(update={"words": {**self.words, id: fact}})
            case said.NarrativeDrafted(narrative_id=id):
                return self._drafted(id)
            case said.NarrativeAttested(narrative_id=id, attested_by=who):
                return self._with(id, attested_by=who)
            case said.NarrativeApproved(narrative_id=id):
                return self._with(id, approved=fact)
            case said.NarrativeWithdrawn(narrative_id=id, reason=reason):
                return self._with(id, withdrawn=reason, words="", names=())
        return self

    def agree(
        self,
        id: str,
        purposes: Sequence[NarrativePurpose],
        granted_by: Signatory,
        assented: bool | None,
        record: OnRecord,
        by: StaffId,
        at: datetime,
    ) -> list[Contract]:
        """Who may sign lets the story be told, for named purposes. Rule: IN-N1."""
        if self.consent is not None and self.consent.consent_id == id:
            return []
        if self.stands(record):
            raise Refused("consent-given", "there is a consent; it is revoked before another is given")
        if not purposes:
            raise Invalid("no-purpose", "a consent names what the story may be told for")
        if code := why_not(granted_by, record.birth_date, SETTING, record.rules.of(record.state), record.today):
            raise Invalid(code, f"the signature of the {granted_by} does not do at this age")
        if granted_by is Signatory.GUARDIAN and assented is None:
            raise Invalid("assent-missing", "say whether the minor agrees to what the guardian signs")
        return [
            said.NarrativeConsentGiven(
                at=at,
                participant_id=ParticipantId(self.id),
                consent_id=id,
                purposes=tuple(dict.fromkeys(purposes)),
                granted_by=granted_by,
                assented=assented,
                recorded_by=by,
            )
        ]

    def revoke(self, by: StaffId | None, at: datetime) -> list[Contract]:
        """Taken back at any time: whatever was written is withdrawn; said twice, once. Rule: IN-N2."""
        if self.consent is None:
            return []
        who, consent = ParticipantId(self.id), self.consent.consent_id
        revoked = said.NarrativeConsentRevoked(at=at, participant_id=who, consent_id=consent, recorded_by=by)
        left = [id for id, one in self.narratives.items() if not one.withdrawn]
        return [revoked, *(self._withdrawn(id, REVOKED, by, at) for id in left)]

    def draft(
        self, id: str, words: str, names: Iterable[str], record: OnRecord, by: StaffId, at: datetime
    ) -> list[Contract]:
        """A version of a draft: written by staff, with the participant's consent. Rules: IN-N1, IN-N3."""
        self._refuse_without_consent(record)
        told, look_for = tidy(words), tuple(dict.fromkeys(names))
        if not told:
            raise Invalid("words-missing", "a narrative is told in words")
        known = self.narratives.get(id)
        if known is not None:
            self._open(id)
            if (known.words, known.names) == (told, look_for):
                return []
        version, who = known.version + 1 if known else 1, ParticipantId(self.id)
        found = findings(told, {*record.names, *look_for}, record.ids, record.today.year)
        about = {"at": at, "participant_id": who, "narrative_id": id, "version": version, "written_by": by}
        written = said.NarrativeWritten.model_validate({**about, "words": told, "names": look_for})
        return [written, said.NarrativeDrafted.model_validate({**about, "findings": len(found)})]

    def reword(
        self, id: str, words: str, names: Iterable[str], record: OnRecord, by: StaffId, at: datetime
    ) -> list[Contract]:
        """Other words for a draft there is; what was attested of the words before is gone. Rule: IN-N4."""
        self._open(id)
        return self.draft(id, words, names, record, by, at)

    def attest(
        self, id: str, version: int, attested: Collection[Attested], record: OnRecord, by: StaffId, at: datetime
    ) -> list[Contract]:
        """A named person says what no program can check; all of it, or it is none. Rule: IN-N4."""
        self._refuse_without_consent(record)
        one = self._open(id, version)
        if one.attested_by is not None:
            return []
        if absent := [what for what in Attested if what not in attested]:
            raise Invalid("attestation-incomplete", f"not said of: {', '.join(absent)}")
        self._refuse_with_findings(one, record)
        who = ParticipantId(self.id)
        return [
            said.NarrativeAttested(
                at=at, participant_id=who, narrative_id=id, version=version, attested=tuple(Attested), attested_by=by
            )
        ]

    def approve(
        self,
        id: str,
        version: int,
        outcomes: Sequence[NarrativeOutcome],
        record: OnRecord,
        by: StaffId,
        at: datetime,
    ) -> list[Contract]:
        """Another person than its author lets a version be told, with its table of outcomes. Rule: IN-N5."""
        consent = self._refuse_without_consent(record)
        if (known := self.narratives.get(id)) and known.approved and known.version == version and not known.withdrawn:
            return []
        one = self._open(id, version)
        if by == one.written_by:
            raise NotEntitled("another-person-approves", "who wrote it does not approve it")
        if one.attested_by is None:
            raise Refused("not-attested", "nobody has said of this version what no program can check")
        self._refuse_with_findings(one, record)
        return [
            said.NarrativeApproved(
                at=at,
                participant_id=ParticipantId(self.id),
                narrative_id=id,
                version=version,
                purposes=consent.purposes,
                outcomes=tuple(outcomes),
                approved_by=by,
            )
        ]

    def withdraw(self, id: str, reason: str, by: StaffId, at: datetime) -> list[Contract]:
        """It is not told any more; withdrawn twice, once. Rule: IN-N2."""
        if id not in self.narratives:
            raise NotFound("no-such-narrative", "this participant has no narrative with this id")
        return [] if self.narratives[id].withdrawn else [self._withdrawn(id, reason, by, at)]

    def stands(self, record: OnRecord) -> bool:
        """Whether a consent is in force: a guardian's rests from when the participant signs alone. Rule: IN-N1."""
        if self.consent is None:
            return False
        ages = record.rules.of(record.state)
        return why_not(self.consent.granted_by, record.birth_date, SETTING, ages, record.today) != "participant-signs"

    def _refuse_without_consent(self, record: OnRecord) -> said.NarrativeConsentGiven:
        if self.consent is None or not self.stands(record):
            raise Refused("no-consent", "the participant has not let their story be told")
        return self.consent

    def _refuse_with_findings(self, one: Narrative, record: OnRecord) -> None:
        if found := one.found(record):
            kinds = ", ".join(dict.fromkeys(finding.kind for finding in found))
            raise Refused("identifiers-left", f"{len(found)} places look like identifiers: {kinds}")

    def _open(self, id: str, version: int | None = None) -> Narrative:
        one = self.narratives.get(id)
        if one is None:
            raise NotFound("no-such-narrative", "this participant has no narrative with this id")
        if one.withdrawn:
            raise Refused("withdrawn", f"it was withdrawn: {one.withdrawn}")
        if one.approved is not None:
            raise Refused("approved-already", "what is approved is withdrawn, and written anew")
        if version not in (None, one.version):
            raise Refused("other-words", f"the words have changed since; they are version {one.version} now")
        return one

    def _withdrawn(self, id: str, reason: str, by: StaffId | None, at: datetime) -> Contract:
        who = ParticipantId(self.id)
        return said.NarrativeWithdrawn(at=at, participant_id=who, narrative_id=id, reason=reason, withdrawn_by=by)

    def _drafted(self, id: str) -> Self:
        told = self.words[id]
        fields = told.model_dump(include={"version", "words", "names", "written_by"})
        rest = {other: one for other, one in self.words.items() if other != id}
        drafted = {**self.narratives, id: Narrative(id=id, **fields)}
        return self.model_copy(update={"narratives": drafted, "words": rest})

    def _with(self, id: str, **moved: object) -> Self:
        changed = self.narratives[id].model_copy(update=moved)
        return self.model_copy(update={"narratives": {**self.narratives, id: changed}})
