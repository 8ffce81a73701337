"""Tells FHIR R4 from its neighbours by the shapes that changed between versions."""

import re
from typing import NamedTuple

from intake.doors.fhir_problems import UnreadableReferral

Json = dict[str, object]

R4 = "FHIR R4 (4.0.1)"

_BASE_PROFILE = re.compile(
    r"^http://hl7\.org/fhir/(?:(?P<dir>DSTU2|STU3|R5|R6|\d\.\d(?:\.\d)?)/)?StructureDefinition/\w+(?:\|(?P<tag>[\w.]+))?$"
)


class Shape(NamedTuple):
    """An element as another version has it: `looks` is its JSON kind there (`object`: it is there at all)."""

    resource: str
    element: str
    looks: type
    version: str
    expected: str


OTHER_SHAPES: tuple[Shape, ...] = (
    Shape("Encounter", "class", list, "R5", "a Coding"),
    Shape("Encounter", "class", str, "DSTU2", "a Coding"),
    Shape("Encounter", "actualPeriod", object, "R5", "Encounter.period"),
    Shape("Encounter", "admission", object, "R5", "Encounter.hospitalization"),
    Shape("Encounter", "patient", object, "DSTU2", "Encounter.subject"),
    Shape("Encounter", "reason", list, "DSTU2, STU3 or R5", "Encounter.reasonCode or reasonReference"),
    Shape("Condition", "clinicalStatus", str, "DSTU2 or STU3", "a CodeableConcept"),
    Shape("Condition", "verificationStatus", str, "DSTU2 or STU3", "a CodeableConcept"),
    Shape("Condition", "category", dict, "DSTU2", "a list of CodeableConcept"),
    Shape("Condition", "patient", object, "DSTU2", "Condition.subject"),
    Shape("Condition", "dateRecorded", object, "DSTU2", "Condition.recordedDate"),
    Shape("Condition", "assertedDate", object, "STU3", "Condition.recordedDate"),
    Shape("Condition", "context", object, "STU3", "Condition.encounter"),
    Shape("Condition", "participant", object, "R5", "Condition.recorder and Condition.asserter"),
    Shape("Observation", "category", dict, "DSTU2", "a list of CodeableConcept"),
    Shape("Observation", "comments", object, "DSTU2", "Observation.note"),
    Shape("Observation", "comment", object, "STU3", "Observation.note"),
    Shape("Observation", "context", object, "STU3", "Observation.encounter"),
    Shape("Observation", "related", object, "DSTU2 or STU3", "Observation.hasMember or derivedFrom"),
    Shape("Observation", "triggeredBy", object, "R5", "Observation.derivedFrom"),
    Shape("Patient", "animal", object, "DSTU2 or STU3", "a person without Patient.animal"),
    Shape("Patient", "careProvider", object, "DSTU2", "Patient.generalPractitioner"),
    Shape("RelatedPerson", "relationship", dict, "DSTU2 or STU3", "a list of CodeableConcept"),
    Shape("RelatedPerson", "name", dict, "DSTU2", "a list of HumanName"),
    Shape("QuestionnaireResponse", "group", object, "DSTU2", "QuestionnaireResponse.item"),
    Shape("QuestionnaireResponse", "parent", object, "STU3", "QuestionnaireResponse.partOf"),
    Shape("QuestionnaireResponse", "context", object, "STU3", "QuestionnaireResponse.encounter"),
    Shape("ServiceRequest", "reason", object, "R5", "ServiceRequest.reasonCode or reasonReference"),
    Shape("ServiceRequest", "bodyStructure", object, "R5", "ServiceRequest.bodySite"),
    Shape("MedicationRequest", "medication", object, "R5", "MedicationRequest.medicationCodeableConcept"),
    Shape("MedicationRequest", "context", object, "STU3", "MedicationRequest.encounter"),
    Shape("Procedure", "context", object, "STU3", "Procedure.encounter"),
    Shape("Procedure", "occurrenceDateTime", object, "R5", "Procedure.performedDateTime"),
    Shape("Procedure", "occurrencePeriod", object, "R5", "Procedure.performedPeriod"),
    Shape("DiagnosticReport", "context", object, "STU3", "DiagnosticReport.encounter"),
    Shape("CarePlan", "context", object, "DSTU2 or STU3", "CarePlan.encounter"),
    Shape("Bundle", "issues", object, "R5", "a Bundle without issues"),
)
"""Source: the version histories in FHIR R4 4.0.1 and R5 5.0.0, resource by resource."""

_SHAPES = {kind: [s for s in OTHER_SHAPES if s.resource == kind] for kind in {s.resource for s in OTHER_SHAPES}}

OTHER_TYPES: dict[str, str] = {
    "BodySite": "DSTU2 or STU3",
    "DiagnosticOrder": "DSTU2",
    "MedicationOrder": "DSTU2",
    "ProcedureRequest": "DSTU2 or STU3",
    "ReferralRequest": "DSTU2 or STU3",
    "EligibilityRequest": "DSTU2 or STU3",
    "DeviceUsage": "R5",
    "EncounterHistory": "R5",
    "NutritionIntake": "R5",
    "Transport": "R5",
}
"""Resource types R4 does not have. Source: the resource lists of DSTU2, STU3, R4 and R5."""

_KINDS: dict[type, str] = {list: "is a list", dict: "is an object", str: "is a code", object: "is there"}


def refuse_other_versions(resource: Json) -> None:
    """Refuse a resource that another FHIR version wrote; raises `UnreadableReferral` (`not-r4`)."""
    kind = str(resource.get("resourceType"))
    if kind in OTHER_TYPES:
        raise UnreadableReferral("not-r4", f"a {kind} ({OTHER_TYPES[kind]})", f"{R4}, which has no {kind}")
    _refuse_claims(kind, resource)
    for shape in _SHAPES.get(kind, ()):
        value = resource.get(shape.element)
        if value is not None and isinstance(value, shape.looks):
            where = f"{kind}.{shape.element} {_KINDS[shape.looks]} ({shape.version})"
            raise UnreadableReferral("not-r4", where, f"{R4}: {shape.expected}")
    if kind == "ServiceRequest" and _has(resource.get("code"), "concept"):
        raise UnreadableReferral(
            "not-r4", "ServiceRequest.code is a CodeableReference (R5)", f"{R4}: a CodeableConcept"
        )
    if kind == "Patient" and _family_is_a_list(resource):
        raise UnreadableReferral("not-r4", "Patient.name.family is a list (DSTU2)", f"{R4}: a string")


def _refuse_claims(kind: str, resource: Json) -> None:
    claimed = resource.get("fhirVersion")
    if isinstance(claimed, str) and not claimed.startswith("4.0"):
        raise UnreadableReferral("not-r4", f"{kind}.fhirVersion says another version", R4)
    meta = resource.get("meta")
    profiles = meta.get("profile") if isinstance(meta, dict) else None
    for profile in profiles if isinstance(profiles, list) else ():
        match = _BASE_PROFILE.match(profile) if isinstance(profile, str) else None
        version = match and (match["dir"] or match["tag"])
        if version and not version.startswith(("4.0", "R4")):
            raise UnreadableReferral("not-r4", f"{kind}.meta.profile says version {version}", R4)


def _has(value: object, key: str) -> bool:
    return isinstance(value, dict) and key in value


def _family_is_a_list(patient: Json) -> bool:
    names = patient.get("name")
    return isinstance(names, list) and any(
        isinstance(name, dict) and isinstance(name.get("family"), list) for name in names
    )
