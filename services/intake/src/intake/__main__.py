"""Run intake: `python -m intake`."""

import sys

from common.house import BAD_SETTINGS, run
from intake.app import app
from intake.doors.policy_file import PolicyInvalid
from intake.settings import Settings

if __name__ == "__main__":
    try:
        run(app, Settings)
    except PolicyInvalid as invalid:
        print("\n".join(invalid.lines), file=sys.stderr)
        raise SystemExit(BAD_SETTINGS) from None
