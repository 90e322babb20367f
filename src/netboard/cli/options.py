"""Options that several verbs share, and what they mean for the library."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from netboard.errors import UsageError

if TYPE_CHECKING:
    from netboard.interpret.settings import Settings
    from netboard.model.evidence import Knowledge
    from netboard.model.result import Context

#: Context options by name with underscores, with their help.
CONTEXT = {
    "tumour_type": (
        "ONCOTREE",
        "tumour type, an OncoTree code such as those `knowledge show tumour-types` lists",
    ),
    "site": (
        "SITE",
        "primary site: pancreas, small intestine, appendix, colon, rectum, stomach, lung, unknown",
    ),
    "grade": ("G1|G2|G3|NEC", "grade; NEC means G3, poorly differentiated"),
    "differentiation": ("well|poor", "differentiation"),
    "stage": ("localised|metastatic", "stage"),
    "ki67": ("PERCENT", "Ki-67 index in per cent"),
    "sstr": ("positive|negative", "somatostatin receptors on imaging or staining"),
    "mgmt": ("methylated|unmethylated", "promoter methylation of the gene that the option names"),
    "functioning": ("yes|no", "whether the tumour is functioning (symptoms of a hormone)"),
    "prior_therapy": ("DRUG,...", "prior therapies, comma-separated; `none` when there was none"),
    "sex": (
        "female|male",
        "the patient's sex: how many X chromosomes normal cells have, for hits of genes on X",
    ),
    "purity": ("FRACTION", "tumour purity from 0 to 1"),
}


def add_knowledge(parser: argparse.ArgumentParser) -> None:
    """Add ``--knowledge`` (repeatable: a laboratory's overlay directories, the last one wins)."""
    parser.add_argument(
        "--knowledge",
        metavar="DIR",
        action="append",
        default=[],
        help="a directory with a laboratory's own knowledge, laid over the packaged one (repeatable)",
    )


def add_context(parser: argparse.ArgumentParser) -> None:
    """Add the options of the clinical context."""
    group = parser.add_argument_group("clinical context (what is not given is unknown, never assumed)")
    for name, (meta, text) in CONTEXT.items():
        group.add_argument(f"--{name.replace('_', '-')}", metavar=meta, help=text)


def add_settings(parser: argparse.ArgumentParser) -> None:
    """Add the thresholds; they flag, they never drop."""
    group = parser.add_argument_group("thresholds (they flag, they never drop)")
    group.add_argument(
        "--min-alt-reads", type=int, default=3, metavar="N", help="reads for adequate support [3]"
    )
    group.add_argument(
        "--min-vaf", type=float, default=0.05, metavar="F", help="VAF for adequate support [0.05]"
    )


def settings_of(args: argparse.Namespace) -> Settings:
    """Return the thresholds of a command line."""
    from netboard.interpret.settings import Settings

    if args.min_alt_reads < 0 or not 0 <= args.min_vaf <= 1:
        raise UsageError("--min-alt-reads must not be negative, --min-vaf lies from 0 to 1")
    return Settings(args.min_alt_reads, args.min_vaf)


def knowledge_of(args: argparse.Namespace) -> Knowledge:
    """Return the knowledge base with the overlays of a command line."""
    from netboard.knowledge.load import load

    return load([Path(directory) for directory in args.knowledge])


def context_of(args: argparse.Namespace, knowledge: Knowledge) -> Context:
    """Return the clinical context of a command line."""
    from netboard.context import build_context

    return build_context({name: getattr(args, name) for name in CONTEXT}, knowledge)
