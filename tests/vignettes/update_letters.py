"""Review, and only then renew, the letters of ``tests/vignettes/letters``.

    python tests/vignettes/update_letters.py            shows what would change, as a diff
    python tests/vignettes/update_letters.py --write    writes them

A letter says what netboard concluded of a tumour; whoever renews one vouches for each line that changed.
"""

from __future__ import annotations

import argparse
import difflib
import sys
import tempfile
from pathlib import Path


def main() -> int:
    parser = argparse.ArgumentParser(description="Review the letters; --write renews them.")
    parser.add_argument("--write", action="store_true", help="write what was shown")
    write = parser.parse_args().write
    root = Path(__file__).resolve().parents[2]
    sys.path[:0] = [str(root / "src"), str(root / "tests")]
    from netboard.knowledge.load import load
    from vignettes.letter import FOLDER, letter
    from vignettes.tumour import Case, interpretation, plain_id, read_vignettes

    knowledge, changed = load(), 0
    for _, vignette in read_vignettes():
        if not vignette.get("letter"):
            continue
        with tempfile.TemporaryDirectory() as folder:
            result = interpretation(Case(vignette["given"]), knowledge, Path(folder))
        new = letter(vignette["name"], vignette["story"], result)
        path = FOLDER / f"{plain_id(vignette['name'])}.txt"
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        if old == new:
            continue
        changed += 1
        names = (f"letters/{path.name}", f"new/{path.name}")
        sys.stdout.writelines(difflib.unified_diff(old.splitlines(True), new.splitlines(True), *names, n=0))
        if write:
            path.parent.mkdir(exist_ok=True)
            path.write_text(new, encoding="utf-8")
    print(f"{changed} letter(s) {'written' if write else 'would change'}", file=sys.stderr)
    return 0 if write or not changed else 1


if __name__ == "__main__":
    sys.exit(main())
