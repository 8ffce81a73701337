"""Every order, up to a small length, in which consent, asking, sending and delivering can meet: nothing leaks."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from common.change import Outcome
from common.contracts.message import Contract
from common.contracts.notices import NudgedNotice
from common.contracts.notifications import NoticeSent
from common.contracts.words import NoticeId, RecipientKind
from notifications.app import STANDARD
from notifications.domain import agreeing, leaving, nudging, sending
from notifications.domain.contact import Contact
from notifications.domain.correspondence import Correspondence
from notifications.domain.nudging import Offer
from notifications.domain.recipient import Recipient, key_of

from .reading import BY_TEXT, EVA
from .story import ANA, AUNT, HOUR, NOON, granted, revoked, to_aunt

LONGEST = 7
LATER = NOON + HOUR
RELEASE_REASONS = {"release-revoked", "no-active-release"}
KEY = key_of(RecipientKind.SUPPORTER, AUNT)


@dataclass(frozen=True)
class World:
    """What our code believes, and beside it the plain truth: what Ana allows, and what reached her aunt."""

    mail: Correspondence
    aunt: Recipient
    granted: frozenset[str] = frozenset()
    revoked: frozenset[str] = frozenset()
    reached: int = 0
    leaked: bool = False
    kept_back: bool = False
    """Whether something was not said for want of a release, though Ana allowed it at that moment."""

    @property
    def allowed(self) -> bool:
        """Whether Ana allows it right now."""
        return bool(self.granted - self.revoked)


def told(world: World, outcomes: Iterable[Outcome]) -> World:
    """The world once a decision has happened."""
    for fact in outcomes:
        if isinstance(fact, Contract):
            world = replace(world, mail=world.mail.after(fact), aunt=world.aunt.after(fact))
            reason = getattr(fact, "reason", "")
            world = replace(world, kept_back=world.kept_back or (reason in RELEASE_REASONS and world.allowed))
            world = replace(world, leaked=world.leaked or (isinstance(fact, NoticeSent) and not world.allowed))
    return world


def grant(release: str) -> Callable[[World], World]:
    """Ana lets her aunt hear, by this release."""

    def step(world: World) -> World:
        heard = told(world, world.mail.heed_grant(granted(release=release)))
        return replace(heard, granted=world.granted | {release})

    return step


def revoke(world: World) -> World:
    """Ana takes the first release back."""
    heard = told(world, world.mail.heed_revocation(revoked("r-1")))
    return replace(heard, revoked=world.revoked | {"r-1"})


def emit(world: World) -> World:
    """Somebody asks to tell the aunt; asked again, it is a replay."""
    return told(world, sending.request(world.mail, to_aunt("n-1", due_at=LATER), NOON))


def send(world: World) -> World:
    """The notice falls due, stands in the inbox, and is offered; the nudge falls due as well. Again: said twice."""
    world = told(world, sending.send_due(world.mail, LATER))
    if not world.mail.was_sent(NoticeId("n-1")):
        return world
    notice = NudgedNotice(participant_id=ANA, notice_id=NoticeId("n-1"))
    offered = Offer(notice=notice, template="transition-planned", at=LATER)
    world = told(world, nudging.offer(world.aunt, offered, LATER, STANDARD))
    return told(world, nudging.nudge_due(world.aunt, LATER + STANDARD.settle, STANDARD))


def deliver(world: World) -> World:
    """A try: asked once more, then given to the provider, who takes it. Again: a retry."""
    for nudge in world.aunt.underway:
        at = LATER + STANDARD.settle + timedelta(minutes=1)
        if reason := leaving.why_not(world.aunt, {ANA: world.mail}, nudge, at, STANDARD):
            world = told(world, leaving.give_up(world.aunt, nudge, reason, False, at, STANDARD))
        else:
            world = replace(world, reached=world.reached + 1, leaked=world.leaked or not world.allowed)
            world = told(world, leaving.accept(world.aunt, nudge, at, STANDARD))
    return world


STEPS = (grant("r-1"), revoke, grant("r-2"), emit, send, deliver)


def aunt(contact: Contact) -> Recipient:
    """She agreed to this."""
    reader = Recipient(id=KEY)
    for fact in agreeing.agree(reader, contact, STANDARD, EVA, NOON):
        assert isinstance(fact, Contract)
        reader = reader.after(fact)
    return reader


def careless(world: World) -> World:
    """A try that does not ask again."""
    for nudge in world.aunt.underway:
        world = replace(world, reached=world.reached + 1, leaked=world.leaked or not world.allowed)
        world = told(world, leaving.accept(world.aunt, nudge, LATER, STANDARD))
    return world


def walk(*steps: Callable[[World], World]) -> Counter[str]:
    """All orders of up to `LONGEST` steps, counted by how they end; worlds that are equal are walked once."""
    begin = World(Correspondence(id=ANA), aunt(BY_TEXT))
    level: dict[str, tuple[World, int]] = {repr(begin): (begin, 1)}
    seen: Counter[str] = Counter()
    for _ in range(LONGEST):
        following: dict[str, tuple[World, int]] = {}
        for world, ways in level.values():
            for step in steps:
                after = step(world)
                known = following.get(repr(after), (after, 0))
                following[repr(after)] = (after, known[1] + ways)
        level = following
        for world, ways in level.values():
            seen += Counter(orders=ways, leaks=ways * world.leaked, twice=ways * (world.reached > 1))
            seen += Counter(reached=ways * world.reached, kept_back_too_much=ways * world.kept_back)
    return seen


def test_no_order_of_consent_and_sending_leaks_and_what_is_kept_back_too_much_is_counted() -> None:
    """NO-S1, NO-N9, NO-Q1: 0 leaks in 335922 orders.

    In 190 something was kept back though it was allowed: sent under a release that was then taken back, while a second
    one stood. That is meant: what was sent under one release never leaves under another.
    """
    seen = walk(*STEPS)

    assert seen["orders"] == sum(len(STEPS) ** n for n in range(1, LONGEST + 1)) == 335_922
    assert (seen["leaks"], seen["twice"]) == (0, 0)
    assert seen["reached"] == 12_698
    assert seen["kept_back_too_much"] == 190


def test_without_the_last_question_it_would_leak() -> None:
    """NO-N9: a check that cannot fail is no check."""
    assert walk(*STEPS[:-1], careless)["leaks"] > 0
