"""Every order in which grant, revocation, request and timer can meet, checked against the plain truth."""

from collections.abc import Callable
from itertools import permutations, product

from common.contracts.notifications import NoticeSent, NoticeSuppressed

from .story import HOUR, NOON, Story, granted, revoked, to_aunt

LATER = NOON + HOUR


class Truth:
    """What Ana allows right now, kept apart from our own code: a set of releases."""

    def __init__(self) -> None:
        self.granted: set[str] = set()
        self.revoked: set[str] = set()

    def allowed(self) -> set[str]:
        """The releases under which the aunt may hear."""
        return self.granted - self.revoked


def _grant(release: str) -> Callable[[Story, Truth], None]:
    def step(story: Story, truth: Truth) -> None:
        truth.granted.add(release)
        story.hear(granted(release=release))

    return step


def _revoke(release: str) -> Callable[[Story, Truth], None]:
    def step(story: Story, truth: Truth) -> None:
        truth.revoked.add(release)
        story.hear(revoked(release))

    return step


def _ask(story: Story, _: Truth) -> None:
    story.hear(to_aunt("n-1", due_at=LATER))


def _ask_at_once(story: Story, _: Truth) -> None:
    story.hear(to_aunt("n-2"))


def _fire(story: Story, _: Truth) -> None:
    story.fire()


STEPS = (_grant("r-1"), _revoke("r-1"), _grant("r-2"), _ask, _ask, _ask_at_once, _fire, _fire)


def play(order: tuple[Callable[[Story, Truth], None], ...]) -> tuple[int, int]:
    """Play one order; returns how many notices were sent and kept back. Fails where one was sent unallowed."""
    story, truth = Story(), Truth()
    for step in order:
        before = len(story.said)
        step(story, truth)
        for fact in story.said[before:]:
            if isinstance(fact, NoticeSent):
                assert fact.release_id in truth.allowed()
            if isinstance(fact, NoticeSuppressed):
                assert not truth.allowed()
    settled = [f for f in story.said if isinstance(f, (NoticeSent, NoticeSuppressed))]
    assert len({f.notice_id for f in settled}) == len(settled)
    sent = sum(isinstance(f, NoticeSent) for f in settled)
    return sent, len(settled) - sent


def test_no_order_of_events_sends_without_an_active_release_or_twice() -> None:
    """NO-S1, NO-Q1: all 10080 different orders of grants, a revocation, requests, a repeat and the timer."""
    outcomes = {play(order) for order in set(permutations(STEPS))}

    assert outcomes == {(s, k) for s, k in product(range(3), repeat=2) if 1 <= s + k <= 2}
