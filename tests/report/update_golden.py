"""Review, and only then renew, the golden pages of ``tests/report/golden``.

    python tests/report/update_golden.py            shows what would change, as a diff
    python tests/report/update_golden.py --write    writes the pages

Look at the new pages in a browser before they are committed: a golden page says "this is how a report
shall look", and whoever renews it vouches for that.
"""

from __future__ import annotations

import sys
from pathlib import Path

GOLDEN = Path(__file__).parent / "golden"
ROOT = Path(__file__).resolve().parents[2]

if __name__ == "__main__":
    sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]
    from fixtures.approved import review
    from fixtures.interpretations import minimal, nothing_found, read_again, rich
    from netboard.report.html import render_html

    pages = [
        (GOLDEN / f"{build.__name__}.html", render_html(build()))
        for build in (rich, nothing_found, minimal, read_again)
    ]
    sys.exit(review("Review the golden pages; --write renews them.", pages))
