"""Applied exactly once: what can be said only once was said once, and every command has its answer."""

from collections import Counter

from throughline.invariants.shapes import Finding, House, Row, judge

ONE_PARTICIPANT = ("participant_id",)
ONE_TRANSITION = ("transition_id",)
ONE_PLACE = ("transition_id", "level")
ONE_HAND_OVER = ("hand_over_id",)
ONE_NOTICE = ("notice_id",)
ONCE: dict[str, tuple[str, ...]] = {
    "ReferralReceived": ("referral_id",),
    "FirstContactMade": ("referral_id",),
    "FirstContactLate": ("referral_id",),
    "PersonCompared": ("referral_id", "number"),
    "DuplicateSuspected": ("referral_id", "number", "other_participant_id"),
    "EpisodeOpened": ("episode_id",),
    "EvidenceNoted": ("participant_id", "event_id"),
    "LevelOfCareChanged": ONE_TRANSITION,
    "TransitionProposed": ONE_TRANSITION,
    "TransitionSigned": ("transition_id", "signed_by"),
    "TransitionApproved": ONE_TRANSITION,
    "TransitionHeld": ("transition_id", "reason", "at"),
    "TransitionReady": ("transition_id", "effective_at"),
    "TransitionDue": ONE_TRANSITION,
    "TransitionStepDone": ("transition_id", "step"),
    "TransitionCompensating": ONE_TRANSITION,
    "TransitionStepUndone": ("transition_id", "step"),
    "ReleaseGranted": ("release_id",),
    "ReleaseRevoked": ("release_id",),
    "ReleaseExpired": ("release_id",),
    "HandOverPlanned": ONE_HAND_OVER,
    "OverlapSessionHeld": ONE_HAND_OVER,
    "HandOverCalledOff": ONE_HAND_OVER,
    "GoalAgreed": ("goal_id", "version", "author"),
    "AuthorisationRecorded": ("authorisation_id",),
    "AuthorisationWithdrawn": ("authorisation_id",),
    "CertificationDue": ("participant_id", "level", "due_on", "threshold"),
    "PlaceHeld": ONE_PLACE,
    "PlaceUnavailable": ONE_PLACE,
    "PlaceConfirmed": ONE_PLACE,
    "PlaceReleased": ONE_PLACE,
    "DiaryCardSubmitted": ("participant_id", "day", "revision"),
    "MeasureRecorded": ("participant_id", "measure_id"),
    "MeasureVoided": ("participant_id", "measure_id"),
    "RiskFlagRaised": ("participant_id", "flag_id"),
    "RiskFlagCleared": ("participant_id", "flag_id"),
    "SkillTaught": ("participant_id", "lesson"),
    "CurriculumEnrolled": ONE_PARTICIPANT,
    "CurriculumCarried": ONE_TRANSITION,
    "CurriculumNotCarried": ONE_TRANSITION,
    "CurriculumCarryUndone": ONE_TRANSITION,
    "DitSessionHeld": ("participant_id", "session_index"),
    "SupporterNamed": ("participant_id", "supporter_id"),
    "AlternativeSupportPlanAccepted": ONE_PARTICIPANT,
    "TransitionMeetingArranged": ONE_TRANSITION,
    "AlternativeSupportPlanUsed": ONE_TRANSITION,
    "TransitionMeetingCancelled": ONE_TRANSITION,
    "MeetingInvitationWithdrawn": ("transition_id", "supporter_id"),
    "TalkPreparationAsked": ("transition_id", "plan"),
    "TransitionMeetingPassed": ONE_TRANSITION,
    "DangerReported": ("participant_id", "report_id"),
    "RelationEnded": ("participant_id", "supporter_id"),
    "SupporterToBeTold": ("transition_id", "about", "supporter_id"),
    "SupporterKeptSilent": ("transition_id", "about", "supporter_id"),
    "NoticeQueued": ONE_NOTICE,
    "NoticeSent": ONE_NOTICE,
    "NoticeSuppressed": ONE_NOTICE,
    "NoticeAcknowledged": ONE_NOTICE,
    "NoticeDelivered": ("notice_id", "channel"),
    "NoticeUndeliverable": ("notice_id", "channel"),
}
"""Facts that by design are said once per these fields, however often the cause is delivered."""

OWN_EVIDENCE = frozenset({"PlanReview", "Clearance", "SupportRequest"})
"""Evidence that intake itself records; all other evidence is brought by a message."""

BRINGS_EVIDENCE = ("scheduling.rosters", "skills.progress", "family.engagement")

PLACE_GIVEN_BACK = "PlaceReleased"
ANSWERS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "HoldPlace": (ONE_PLACE, ("PlaceHeld", "PlaceUnavailable", PLACE_GIVEN_BACK)),
    "ConfirmPlace": (ONE_PLACE, ("PlaceConfirmed", "PlaceNotConfirmed", PLACE_GIVEN_BACK)),
    "ReleasePlace": (ONE_PLACE, (PLACE_GIVEN_BACK,)),
    "ArrangeTransitionMeeting": (
        ONE_TRANSITION,
        ("TransitionMeetingArranged", "AlternativeSupportPlanUsed", "TransitionMeetingCancelled"),
    ),
    "CancelTransitionMeeting": (ONE_TRANSITION, ("TransitionMeetingCancelled",)),
    "CarryCurriculum": (ONE_TRANSITION, ("CurriculumCarried", "CurriculumNotCarried", "CurriculumCarryUndone")),
    "UndoCarryCurriculum": (ONE_TRANSITION, ("CurriculumCarryUndone",)),
    "SendNotice": (ONE_NOTICE, ("NoticeQueued", "NoticeSent", "NoticeSuppressed")),
}
"""Command -> the fields that tie it to its answer, and what may answer it, sooner or later."""


def said_once(house: House) -> Finding:
    """A message applied twice would say one of these twice; a lesson taken back may be taught again. Promise 2."""
    said = Counter((row.type, _key(row, ONCE[row.type])) for row in house.rows if row.type in ONCE)
    again = Counter(
        _key(row, ONCE["SkillTaught"]) for row in _of(house, ("LessonTakenBack",)) if not row.data["missed"]
    )
    broken = [
        f"{type} {'|'.join(key)}: {times} times"
        for (type, key), times in said.items()
        if times > 1 + (again[key] if type == "SkillTaught" else 0)
    ]
    return judge("J4a what is said once was said once", said.total(), broken)


def one_effect_per_cause(house: House) -> Finding:
    """One cause never made one service say the very same thing twice. Promise 2."""
    said = Counter((row.service, row.cause, row.topic, row.type, row.subject, row.body) for row in house.rows)
    broken = [f"{key[0]} {key[3]} {key[4]} because of {key[1]}: {n} times" for key, n in said.items() if n > 1]
    return judge("J4b one cause, one effect", said.total(), broken)


def evidence_has_its_message(house: House) -> Finding:
    """Each piece of evidence counted names the message that brought it, about this very participant. Promise 2."""
    brought = {row.id: row.subject for topic in BRINGS_EVIDENCE for row in house.said(topic)}
    noted = house.said("intake.reviews", "EvidenceNoted")
    broken = [
        str(row)
        for row in noted
        if row.data["kind"] not in OWN_EVIDENCE
        and (brought.get(row.data["event_id"]) != row.subject or row.cause != row.data["event_id"])
    ]
    return judge("J4c evidence names its message", len(noted), broken)


def every_command_is_answered(house: House) -> Finding:
    """A command that was taken has an answer, unless it still lies parked. Promise 1."""
    answered = {(row.type, _key(row, fields)) for fields, types in ANSWERS.values() for row in _of(house, types)}
    asked = _of(house, tuple(ANSWERS))
    broken = []
    for row in asked:
        fields, types = ANSWERS[row.type]
        listener = row.topic.partition(".")[0]
        if not any((type, _key(row, fields)) in answered for type in types):
            broken += [str(row)] if row.id not in house.waiting_at(listener) else []
    return judge("J6 every command has its answer", len(asked), broken)


def _of(house: House, types: tuple[str, ...]) -> list[Row]:
    return [row for row in house.rows if row.type in types]


def _key(row: Row, fields: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(str(row.data.get(field)) for field in fields)


CHECKS = (said_once, one_effect_per_cause, evidence_has_its_message, every_command_is_answered)
