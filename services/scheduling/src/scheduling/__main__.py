"""Run scheduling: `python -m scheduling`."""

import sys

from common.house import BAD_SETTINGS, run
from common.program_file import Unfit
from scheduling.app import app
from scheduling.settings import Settings

if __name__ == "__main__":
    try:
        run(app, Settings)
    except Unfit as wrong:
        print("\n".join(wrong.lines), file=sys.stderr)
        raise SystemExit(BAD_SETTINGS) from None
