"""Run skills: `python -m skills`."""

import sys

from common.house import BAD_SETTINGS, run
from common.program_file import Unfit
from skills.app import app
from skills.settings import Settings

if __name__ == "__main__":
    try:
        run(app, Settings)
    except Unfit as wrong:
        print("\n".join(wrong.lines), file=sys.stderr)
        raise SystemExit(BAD_SETTINGS) from None
