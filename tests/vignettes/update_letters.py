"""Review, and only then renew, the letters of ``tests/vignettes/letters``.

    python tests/vignettes/update_letters.py            shows what would change, as a diff
    python tests/vignettes/update_letters.py --write    writes them

A letter says what netboard concluded of a tumour; whoever renews one vouches for each line that changed.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

if __name__ == "__main__":
    sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]
    from fixtures.approved import review
    from netboard.knowledge.load import load
    from vignettes.letter import FOLDER, letter
    from vignettes.tumour import Case, interpretation, plain_id, read_vignettes

    knowledge = load()
    with tempfile.TemporaryDirectory() as folder:
        letters = [
            (
                FOLDER / f"{plain_id(told['name'])}.txt",
                letter(
                    told["name"], told["story"], interpretation(Case(told["given"]), knowledge, Path(folder))
                ),
            )
            for _, told in read_vignettes()
            if told.get("letter")
        ]
    sys.exit(review("Review the letters; --write renews them.", letters))
