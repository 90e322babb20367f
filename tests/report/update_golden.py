"""Review, and only then renew, the golden pages of ``tests/report/golden``.

    python tests/report/update_golden.py            shows what would change, as a diff
    python tests/report/update_golden.py --write    writes the pages

Look at the new pages in a browser before they are committed: a golden page says "this is how a report
shall look", and whoever renews it vouches for that.
"""

from __future__ import annotations

import argparse
import difflib
import sys
from pathlib import Path

GOLDEN = Path(__file__).parent / "golden"


def main() -> int:
    parser = argparse.ArgumentParser(description="Review the golden pages; --write renews them.")
    parser.add_argument("--write", action="store_true", help="write what was shown")
    write = parser.parse_args().write
    root = Path(__file__).resolve().parents[2]
    sys.path[:0] = [str(root / "src"), str(root / "tests")]
    from fixtures.interpretations import minimal, nothing_found, read_again, rich
    from netboard.report.html import render_html

    changed = 0
    for build in (rich, nothing_found, minimal, read_again):
        path = GOLDEN / f"{build.__name__}.html"
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        new = render_html(build())
        if old == new:
            continue
        changed += 1
        names = (f"golden/{path.name}", f"new/{path.name}")
        sys.stdout.writelines(difflib.unified_diff(old.splitlines(True), new.splitlines(True), *names, n=1))
        if write:
            path.parent.mkdir(exist_ok=True)
            path.write_text(new, encoding="utf-8")
    print(f"{changed} page(s) {'written' if write else 'would change'}", file=sys.stderr)
    return 0 if write or not changed else 1


if __name__ == "__main__":
    sys.exit(main())
