# Configuration, sample sheet and the plan of batches. The planning itself is the library's.
import os
import sys
from pathlib import Path

from snakemake.utils import validate

import netboard
from netboard.batch import plan_batches
from netboard.knowledge.load import annotations_dir, content_hash

validate(config, schema="../schemas/config.schema.yaml")

RESULTS = config["results"].rstrip("/")
SHEET = config["samples"]
OVERLAYS = [
    option for directory in config["knowledge"] for option in ("--knowledge", directory)
]
BATCHES = {batch.name: batch for batch in plan_batches(SHEET, config["batch_size"])}

# One call for the whole sheet: a call per row would read the schema ten thousand times.
validate(
    {"samples": [dict(row.values) for batch in BATCHES.values() for row in batch.rows]},
    schema="../schemas/samples.schema.yaml",
)

# Rules call `netboard`; it lies beside Snakemake, also when that was started by its path. Last in the
# search order, so that the environment of a rule, where one is deployed, goes before.
HERE = str(Path(sys.executable).parent)
os.environ.update(PATH=os.pathsep.join([*os.get_exec_path(), HERE]))

# What every result depends on beside its own rows; as a parameter it reruns what it makes stale.
KNOWLEDGE = content_hash([annotations_dir(), *map(Path, config["knowledge"])])[:16]
VERSION = netboard.__version__


wildcard_constraints:
    batch="[^/]+",


def batch_inputs(wildcards):
    """Return every file that the rows of a batch name."""
    return BATCHES[wildcards.batch].inputs


def batch_digest(wildcards):
    """Return the digest of a batch's rows, so that one edited cell reruns one batch."""
    return BATCHES[wildcards.batch].digest


def batch_directories():
    """Return the result directory of every batch."""
    return [f"{RESULTS}/batches/{name}" for name in BATCHES]


def pdf_directories():
    """Return the directories of PDF reports, none unless the configuration asks for them."""
    return [f"{RESULTS}/pdf/{name}" for name in BATCHES] if config["pdf"] else []
