"""What a participant hands in themself, with a token of their own: the same acts that staff or an app do for them."""

from fastapi import APIRouter, Request, status

from common.change import change
from common.contracts.dit import Rater, Sharing
from common.contracts.measuring import DangerSource
from common.web import Body
from skills.domain import dit_care
from skills.domain.record import SkillsRecord
from skills.domain.workbook import Workbook
from skills.doors import diary, dit, measures, mindfulness, practice, rehearsals, risk, targets
from skills.doors.curriculum import Taught
from skills.doors.http import Participant, Whole
from skills.doors.measures import Book
from skills.doors.own import DoingOneself, Kept

router = APIRouter(prefix="/v1/participants/{pid}/own", tags=["own"])

TAKEN = status.HTTP_201_CREATED


class Share(Body):
    """Who may read it."""

    sharing: Sharing


class OwnInsight(Body):
    """How well the participant sees their pattern, 0 to 10, by their own word."""

    rating: Whole


@router.post("/diary-cards", status_code=TAKEN)
async def submit_diary_card(pid: Participant, body: diary.DiaryCard, me: DoingOneself, request: Request) -> Kept:
    """The card of one day, whenever it was filled in; another one for that day corrects it. Rules: SK-D9, SK-D10."""
    return me.kept(await diary.submit_diary_card(pid, body, me.doing, request))


@router.post("/practice", status_code=TAKEN)
async def log_practice(
    pid: Participant, body: practice.PractisedSome, me: DoingOneself, syllabus: Taught, request: Request
) -> Kept:
    """Skills were practised. Rule: SK-C15."""
    return me.kept(await practice.log_practice(pid, body, me.doing, syllabus, request))


@router.post("/homework/{homework_id}/report")
async def report_homework(pid: Participant, homework_id: str, body: practice.HomeworkSeen, me: DoingOneself) -> Kept:
    """How homework went, before it is gone through together. Rule: SK-O4."""
    told = (homework_id, body.outcome, body.code, me.doing.now)
    return me.kept(await me.doing.do(change(Workbook, pid, Workbook.report_homework, *told)))


@router.post("/rehearsals", status_code=TAKEN)
async def rehearse(pid: Participant, body: rehearsals.Rehearsed, me: DoingOneself, syllabus: Taught) -> Kept:
    """Skills worked through in own words, which stay here. Rule: SK-C18."""
    return me.kept(await rehearsals.rehearse(pid, body, me.doing, syllabus))


@router.post("/rehearsals/{rehearsal_id}/outcome")
async def rate_rehearsal(pid: Participant, rehearsal_id: str, body: rehearsals.Went, me: DoingOneself) -> Kept:
    """How it went. Rule: SK-C18."""
    return me.kept(await rehearsals.rate_rehearsal(pid, rehearsal_id, body, me.doing))


@router.post("/moments", status_code=TAKEN)
async def note_moment(pid: Participant, body: targets.MomentFor, me: DoingOneself, syllabus: Taught) -> Kept:
    """Something between sessions, for the next one. Rule: SK-T9."""
    return me.kept(await targets.note_moment(pid, body, me.doing, syllabus))


@router.post("/mindfulness", status_code=TAKEN)
async def practise(pid: Participant, body: mindfulness.Mindfulness, me: DoingOneself) -> Kept:
    """A mindfulness practice, of either model. Rule: SK-I13."""
    return me.kept(await mindfulness.practise(pid, body, me.doing))


@router.post("/questionnaires", status_code=TAKEN)
async def take_questionnaire(pid: Participant, body: measures.Questionnaire, me: DoingOneself, forms: Book) -> Kept:
    """A form as the participant filled it in. Rules: SK-M6, SK-R17."""
    return me.kept(await measures.take_questionnaire(pid, body, me.doing, forms))


@router.post("/danger-reports", status_code=TAKEN)
async def report_danger(pid: Participant, me: DoingOneself) -> Kept:
    """The participant says that they are in danger. Rule: SK-R14."""
    return me.kept(await risk.report_danger(pid, risk.Danger(source=DangerSource.PARTICIPANT), me.doing))


@router.post("/dit/reflections", status_code=TAKEN)
async def write_reflection(pid: Participant, body: dit.Text, me: DoingOneself) -> Kept:
    """Something for oneself alone, until it is shared. Rule: SK-I6."""
    id, doing = dit.new_id(me.doing), me.doing
    written = change(SkillsRecord, pid, dit_care.write_reflection, id, doing.staff.id, doing.now)
    return me.kept(await dit.write(pid, body, doing, written, id))


@router.put("/dit/reflections/{reflection_id}/sharing")
async def share_reflection(pid: Participant, reflection_id: str, body: Share, me: DoingOneself) -> Kept:
    """Who may read it, or that nobody may any more. Rule: SK-I6."""
    shared = (reflection_id, body.sharing, me.doing.staff.id, me.doing.now)
    return me.kept(await me.doing.do(change(SkillsRecord, pid, dit_care.share_reflection, *shared)))


@router.post("/dit/insight", status_code=TAKEN)
async def rate_insight(pid: Participant, body: OwnInsight, me: DoingOneself) -> Kept:
    """How well they see their pattern, in the present phase. Rule: SK-I11."""
    rated = dit.Insight(rater=Rater.PARTICIPANT, rating=body.rating)
    return me.kept(await dit.rate_insight(pid, rated, me.doing))
