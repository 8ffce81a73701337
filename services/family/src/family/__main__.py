"""Run family: `python -m family`."""

import sys

from common.house import BAD_SETTINGS, run
from family.app import app
from family.doors.program_file import ProgramInvalid
from family.settings import Settings

if __name__ == "__main__":
    try:
        run(app, Settings)
    except ProgramInvalid as invalid:
        print(invalid, file=sys.stderr)
        raise SystemExit(BAD_SETTINGS) from None
