"""`python -m jiuzhu_sim` is the command `jiuzhu`."""

import sys

from jiuzhu_sim.cli import main

sys.exit(main())
