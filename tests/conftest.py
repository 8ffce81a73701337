"""What every run of tests says of itself."""

from hypothesis import HealthCheck, settings

import servers

settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])  # machines are shared
settings.load_profile("house")


def pytest_report_header() -> str:
    """Which broker and which database the tests have."""
    return f"servers: {servers.TOLD[servers.SOURCE]}"
