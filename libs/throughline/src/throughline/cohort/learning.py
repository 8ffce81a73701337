"""The family learns in step: each week what the participant learned, who at home heard of it, and their own module."""

from collections.abc import Collection, Sequence

from throughline.cohort.api import Json, Post
from throughline.cohort.floor import Floor
from throughline.cohort.people import FAMILY_CLINICIAN, NEXT_LEVEL, Person

WEEK, SATURDAY = 7, 5
"""The family comes on Saturdays. ASSUMED."""
PLAN: Json = {
    "session_types": ["FAM_PSYCHOED", "FAM_MULTI_SKILLS"],
    "goals": ["UNDERSTAND", "PRACTISE_TOGETHER"],
    "readiness": "WILLING",
    "agreed_with_supporter": True,
}
IN_STEP, ALL_HEARD, UNHEARD = "in step", "nothing unheard", "something unheard"


async def family_learns(floor: Floor, person: Person) -> None:
    """On the first Saturday their plan and where it begins; on the others the next module, in step."""
    if floor.today % WEEK != SATURDAY or person.level not in NEXT_LEVEL or not person.in_care:
        return
    view = await floor.api.get("skills", f"/v1/participants/{person.id}", FAMILY_CLINICIAN)
    program = await floor.api.get("family", "/v1/family-program", FAMILY_CLINICIAN)
    had, before = view["curriculum"]["lessons_taught"], person.notes.get("family-from")
    person.notes["family-from"] = str(len(had))
    line = await (_go_on(floor, person, program, had[int(before) :]) if before else _begin(floor, person, program))
    floor.story(floor.pace.day(floor.today), f"{person.short}: {line}")


async def _begin(floor: Floor, person: Person, program: Json) -> str:
    await _work(floor, person, "plan", PLAN)
    await _meet(floor, person, "FAM_PSYCHOED", program["first"])
    return f"Their family agrees on how to take part, and begins with {_listed(program['first'])}."


async def _go_on(floor: Floor, person: Person, program: Json, week: Sequence[str]) -> str:
    learning, heard, module = await _where_they_are(floor, person)
    await _meet(floor, person, "FAM_MULTI_SKILLS", [module] if module else [])
    marks = checked(program, week, heard, learning, module)
    person.seen += [mark for mark in marks if mark not in person.seen]
    return in_words(week, heard, module, IN_STEP in marks)


def checked(program: Json, week: Sequence[str], heard: Collection[str], learning: str, module: str) -> list[str]:
    """What a week shows, as marks: the module fits what is learned now, and every lesson of the week was heard of."""
    in_step = any(one["code"] == module and learning in one["in_step_with"] for one in program["curriculum"])
    unheard = [lesson for lesson in week if lesson not in heard]
    return [*([IN_STEP] if in_step else []), *([UNHEARD] if unheard else [ALL_HEARD] if week else [])]


def in_words(week: Sequence[str], heard: Collection[str], module: str, in_step: bool) -> str:
    """A Saturday in words: the lessons that were new this week, who heard of them, what the family learns today."""
    unheard = [lesson for lesson in week if lesson not in heard]
    told = f"their family has not heard of {_listed(unheard)}" if unheard else "their family heard of each, as allowed"
    skills = f"This week's skills: {_listed(week)}; {told}." if week else "No skill was new to them this week."
    if not module:
        return skills
    return f"{skills} Today the family learns {_listed([module])}, " + ("in step." if in_step else "which comes next.")


async def _where_they_are(floor: Floor, person: Person) -> tuple[str, set[str], str]:
    """As family has it: the module the participant is in, the lessons the supporter heard of, their next module."""
    view = await floor.api.get("family", f"/v1/participants/{person.id}/engagement", FAMILY_CLINICIAN)
    one = next(one for one in view["supporters"] if one["supporter_id"] == person.supporter_id)
    learning = view["now_learning"]["module"] if view["now_learning"] else ""
    return learning, {lesson["lesson"] for lesson in one["lessons"]}, one["next_module"] or ""


async def _meet(floor: Floor, person: Person, kind: str, modules: Sequence[str]) -> None:
    session = {"kind": kind, "supporter_ids": [person.supporter_id]}
    await floor.api.do(Post("family", f"/v1/participants/{person.id}/sessions", session, FAMILY_CLINICIAN))
    for module in modules:
        await _work(floor, person, "modules", {"module": module})


async def _work(floor: Floor, person: Person, what: str, body: Json) -> None:
    path = f"/v1/participants/{person.id}/supporters/{person.supporter_id}/{what}"
    await floor.api.do(Post("family", path, body, FAMILY_CLINICIAN))


def _listed(codes: Sequence[str]) -> str:
    words = [code.lower().replace("_", " ") for code in codes]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
