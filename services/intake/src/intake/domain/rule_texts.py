"""What each rule of the policy asks, in one line for the person who decides. Source: program policy 1.0."""

from collections.abc import Mapping

ASKS: Mapping[str, str] = {
    "E1": "Suicide screen HIGH since the last contact, ASQ imminent, or a suicidal act nobody has screened since",
    "U1": "Suicide screen MODERATE since the last contact",
    "U2": "High suicide urges on several of the last diary cards",
    "U3": "Self-harm more than once in some days, or once needing medical care",
    "U4": "Reliably worse on a watched measure, confirmed or in the top band",
    "U5": "Reliably worse on a watched measure within the watch after a step down",
    "U6": "Low attendance together with any other sign of risk",
    "U7": "Several coaching calls a day about life-threatening behaviour, on two days",
    "U8": "A clinician, the participant or a supporter asks for more support",
    "U9": "A medical flag, such as an eating disorder or withdrawal",
    "U10": "Low attendance alone",
    "G1": "No open HIGH risk flag, and no open MODERATE one past its review date",
    "G2": "The last suicide screen since the last contact is low enough",
    "G3": "That screen is recent enough",
    "G4": "No suicidal act and no self-harm needing medical care for long enough",
    "G5": "No self-harm of any kind for long enough",
    "G6": "The highest suicide urge in the window is low enough",
    "G7": "Diary cards are kept on enough days of the window",
    "G8": "Safety plan and means safety were reviewed lately",
    "G9": "Medically cleared, where clearance is required",
    "G10": "The receiving team accepted, and the first appointment there is soon",
    "G11": "A transition session was held, or an alternative support plan accepted",
    "G12": "Each primary measure was taken often enough at this level",
    "S1": "Symptoms: each primary measure reliably better, or below its ceiling",
    "S2": "No scheduled measure reliably worse than the time before",
    "S3": "Attendance of planned hours is high enough",
    "S4": "Skills helped on enough of the days with a card",
    "S5": "Enough of the lessons were taught",
    "S6": "Function: WSAS reliably better, or low enough",
    "S7": "Connection: not lonelier, and the climate at home not worse",
}
FOR_PEOPLE = ("U7", "U8", "U9")
"""Nothing computes these: a person reviews, and decides."""
