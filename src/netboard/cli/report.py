"""``netboard report``: stored results rendered again, in the formats asked for."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from netboard.errors import ConfigError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``report``."""
    parser.add_argument(
        "inputs",
        nargs="+",
        metavar="INPUT",
        help="S.json, a batch directory, or a directory to search for results",
    )
    parser.add_argument("--out", required=True, metavar="DIR", help="directory for the files, one per sample")
    parser.add_argument("--formats", metavar="LIST", help="of html,json,tsv,pdf,xlsx,vcf,maf [html,json,tsv]")


def run(args: argparse.Namespace) -> int:
    """Write ``DIR/S/S.*`` for each stored result; nothing is interpreted anew."""
    from netboard.cli.stored_inputs import find
    from netboard.cli.writing import parse_formats, write_sample
    from netboard.output import safe_name
    from netboard.stored import read_result

    formats = parse_formats(args.formats)
    names: dict[str, str] = {}
    out = Path(args.out)
    for place in find(args.inputs).all_results():
        result = read_result(place)
        name = safe_name(result.sample).lower()
        if name in names:
            raise ConfigError(
                f"the sample name {result.sample!r} stands in {names[name]} too",
                where=str(place),
                remedy="Render the two into directories of their own.",
            )
        names[name] = str(place)
        for path in write_sample(result, out, formats, keep=True):
            print(path)
    out.mkdir(parents=True, exist_ok=True)
    print(f"{len(names)} sample(s) rendered", file=sys.stderr)
    return 0
