"""``netboard reinterpret``: stored results read again with other knowledge."""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path

from netboard.cli import options


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``reinterpret``."""
    parser.add_argument("results", nargs="+", metavar="S.json", help="results that `netboard run` stored")
    parser.add_argument("--out", required=True, metavar="DIR", help="directory for the new results")
    parser.add_argument("--formats", metavar="LIST", help="of html,json,tsv,pdf,xlsx,vcf,maf [html,json,tsv]")
    options.add_settings(parser)
    options.add_knowledge(parser)


def run(args: argparse.Namespace) -> int:
    """Interpret each result anew and print what changed, one line per change, to standard output."""
    import netboard
    from netboard.cli.writing import parse_formats, write_sample
    from netboard.interpret.reread import changes, reinterpret
    from netboard.output import now_utc
    from netboard.stored import read_result

    formats = parse_formats(args.formats)
    settings = options.settings_of(args)
    stored = [read_result(path) for path in args.results]
    knowledge = options.knowledge_of(args)
    provenance = {
        "netboard_version": netboard.__version__,
        "knowledge_version": knowledge.version,
        "knowledge_hash": knowledge.hash,
        "knowledge_date": knowledge.date,
        "knowledge_overlays": list(knowledge.overlays),
        "created": now_utc().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "command": shlex.join(["netboard", *sys.argv[1:]]),
    }
    for old in stored:
        before = {
            "reinterpreted_from": {
                key: old.provenance.get(key) for key in ("knowledge_version", "knowledge_hash", "created")
            }
        }
        new = reinterpret(old, knowledge, settings, now_utc().date(), {**provenance, **before})
        write_sample(new, Path(args.out), formats)
        lines = changes(old, new)
        for line in lines:
            print(f"{new.sample}\t{line}")
        print(f"{new.sample}: {len(lines)} change(s)", file=sys.stderr)
    return 0
