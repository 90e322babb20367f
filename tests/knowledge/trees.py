"""The packaged base as a tree that a test may alter, without the reference tables: rules need none of them."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from netboard.knowledge.content import annotations_dir
from netboard.knowledge.load import read_layers
from netboard.knowledge.tree import Tree


@lru_cache(maxsize=1)
def base_tree() -> Tree:
    """Return the base; genes state no numbering, since it is checked against tables that are left out."""
    tree = read_layers(annotations_dir(), ())[0]
    for symbol, entry in tree.genes.items():
        model = entry.model.model_copy(update={"protein_length": None, "landmarks": []})
        tree.genes[symbol] = replace(entry, model=model)
    return tree
