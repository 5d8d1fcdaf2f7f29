"""Files that are small on disk and huge once unpacked: answered soon and in little memory."""

import json
import subprocess
import sys

import pytest
import xlsxwriter

from tests.roster import bad_files
from tests.roster.messy import families, lay_out
from tests.roster.truth import DOUBT, STOP, check, told
from tests.roster.written import plain, write_xlsx

SECONDS, MEGABYTES = 10, 700
CLEAN = families(30)
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="measured as Linux does")
GUARDED = """
import json, resource, sys, time
resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
from pathlib import Path
from jiuzhu_sim.errors import JZError
from tests.roster.truth import check
start = time.perf_counter()
try:
    codes = check(Path(sys.argv[1])) and []
except JZError as error:
    codes = error.codes
seconds = time.perf_counter() - start
# The peak of this process alone; getrusage would tell that of the one it was started from, too.
status = Path("/proc/self/status").read_text()
peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
print(json.dumps([codes, seconds, int(peak.split()[1]) / 1024]))
"""


def guarded(path):
    """Codes of the answer given in a process of its own, so that a crash there is seen here."""
    done = subprocess.run(
        [sys.executable, "-c", GUARDED, str(path)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr[-2000:]
    codes, seconds, megabytes = json.loads(done.stdout.splitlines()[-1])
    assert seconds < SECONDS
    assert megabytes < MEGABYTES
    return codes


@pytest.mark.parametrize("is_lying", [False, True])
def test_a_zip_bomb_is_refused(tmp_path, is_lying):
    good = write_xlsx(tmp_path / "good.xlsx", plain(lay_out(CLEAN)))
    path = bad_files.bomb(tmp_path / "bomb.xlsx", good, 3000, is_lying=is_lying)
    assert path.stat().st_size < 20 << 20
    assert set(guarded(path)) <= {"JZ-E076", "JZ-E075"} != set()


@pytest.mark.parametrize("is_stated", [True, False])
@pytest.mark.parametrize(("row", "column"), [(1048575, 16383), (1048575, 25), (40, 16383)])
def test_a_stray_cell_far_away_does_no_harm(tmp_path, row, column, is_stated):
    """A blank typed by mistake at the edge of the sheet makes a huge table of nothing.

    The size of the sheet may be stated in it, or not: some software leaves it out.
    """
    dressed = plain(lay_out(CLEAN))
    path = tmp_path / "far.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("花名册")
    for number, line in enumerate(dressed.lines):
        sheet.write_row(number, 0, line)
    sheet.write_string(row, column, " ")
    book.close()
    if not is_stated:
        path = bad_files.without_dimension(tmp_path / "unstated.xlsx", path)
    assert set(guarded(path)) <= {"JZ-E076"}


def test_a_formatted_sheet_to_the_last_row_is_read(tmp_path):
    """Borders drawn down whole columns are no data."""
    dressed = plain(lay_out(CLEAN))
    path = tmp_path / "borders.xlsx"
    book = xlsxwriter.Workbook(str(path))
    border = book.add_format({"border": 1})
    sheet = book.add_worksheet("花名册")
    sheet.set_column(0, 40, 12, border)
    for number, line in enumerate(dressed.lines):
        sheet.write_row(number, 0, line)
    for number in range(len(dressed.lines), 5000):
        for column in range(27):
            sheet.write_blank(number, column, None, border)
    book.close()
    roster = check(path)
    assert roster.people.households == 30
    assert told(roster, STOP, DOUBT) == []
