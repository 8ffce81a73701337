"""What every run of tests says of itself."""

import servers


def pytest_report_header() -> str:
    """Which broker and which database the tests have."""
    return f"servers: {servers.TOLD[servers.SOURCE]}"
