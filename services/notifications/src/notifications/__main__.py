"""Run notifications: `python -m notifications`."""

import sys

from common.house import BAD_SETTINGS, run
from notifications.app import app
from notifications.doors.policy_file import PolicyInvalid
from notifications.settings import Settings

if __name__ == "__main__":
    try:
        run(app, Settings)
    except PolicyInvalid as invalid:
        print("\n".join(invalid.lines), file=sys.stderr)
        raise SystemExit(BAD_SETTINGS) from None
