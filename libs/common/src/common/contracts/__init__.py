"""THE LANGUAGE: every message the services exchange. Standard library and pydantic only."""

from common.contracts import (
    absences,
    ages,
    alumni,
    care,
    coaching,
    community,
    coverage,
    curriculum,
    diary,
    dit,
    family,
    groups,
    growth,
    guidance,
    intake,
    leaves,
    lessons,
    measures,
    measuring,
    meetings,
    narratives,
    network,
    notices,
    notifications,
    operations,
    opinions,
    paging,
    places,
    plumbing,
    policy,
    referrals,
    reopenings,
    reports,
    scheduling,
    sessions,
    skills,
    supporting,
    targets,
)
from common.contracts.message import Contract

SERVICES = ("intake", "scheduling", "skills", "family", "notifications", "operations")

EVENT_TOPICS: dict[str, str] = {
    "intake.episodes": "intake",
    "intake.reviews": "intake",
    "intake.contacts": "intake",
    "scheduling.rosters": "scheduling",
    "skills.progress": "skills",
    "family.engagement": "family",
    "notifications.deliveries": "notifications",
    "operations.acts": "operations",
}
"""Event stream -> the service that says it."""

MAIN_STREAM: dict[str, str] = {
    "intake": "intake.episodes",
    "scheduling": "scheduling.rosters",
    "skills": "skills.progress",
    "family": "family.engagement",
    "notifications": "notifications.deliveries",
    "operations": "operations.acts",
}
"""Service -> the stream on which it also speaks of its plumbing."""

COMMAND_TOPICS: dict[str, str] = {f"{service}.commands": service for service in SERVICES}
"""Command topic -> the service that is asked."""

TOPICS: tuple[str, ...] = (*EVENT_TOPICS, *COMMAND_TOPICS)

_MODULES = (
    absences,
    ages,
    alumni,
    care,
    coaching,
    community,
    coverage,
    curriculum,
    diary,
    dit,
    family,
    groups,
    growth,
    guidance,
    intake,
    leaves,
    lessons,
    measures,
    measuring,
    meetings,
    narratives,
    network,
    notices,
    notifications,
    operations,
    opinions,
    paging,
    places,
    plumbing,
    policy,
    referrals,
    reopenings,
    reports,
    scheduling,
    sessions,
    skills,
    supporting,
    targets,
)

CONTRACTS: dict[str, type[Contract]] = {
    contract.type_name(): contract for module in _MODULES for contract in (*module.EVENTS, *module.COMMANDS)
}
"""CloudEvents type -> the class that reads it."""

EVENTS: tuple[type[Contract], ...] = tuple(said for module in _MODULES for said in module.EVENTS)
"""What is said; the rest is asked."""
