"""One directory of the knowledge base, read into checked entries that know their file and line.

A tree is the packaged base or a laboratory's overlay. Reading never stops at the first fault: every
problem of every file is collected, so that a curator mends them in one go.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from netboard.errors import KnowledgeError
from netboard.knowledge import marker_schema, record_schema, rule_schema, schema
from netboard.knowledge.yamlfile import Document, Location, read_document

Model_co = TypeVar("Model_co", bound=rule_schema.Strict, covariant=True)
#: Folders of a knowledge directory that hold one model per file.
FOLDERS = ("genes", "assertions", "trials")
#: Places beside the YAML that are no part of the rules.
_NOT_YAML_OF_OURS = ("reference", "schemas")


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault of the knowledge base: where it stands and one sentence on what is wrong."""

    file: str
    line: int
    message: str
    #: Key in the file (``assertions[0].drugs[1]``), where the sentence does not name it already.
    key: str = ""

    def __str__(self) -> str:
        at = f" (key {self.key})" if self.key else ""
        return f"{self.file}:{self.line}: {self.message}{at}"


@dataclass(frozen=True, slots=True)
class Entry(Generic[Model_co]):
    """A checked model with its place in a file and the directory it came from."""

    model: Model_co
    document: Document
    location: Location
    provenance: str

    def problem(self, message: str, *more: str | int) -> Problem:
        """Return a problem at this entry, or at the key ``more`` below it."""
        place = (*self.location, *more)
        return Problem(
            str(self.document.path), self.document.line(place), message, _shown(place) if more else ""
        )

    def where(self, *more: str | int) -> str:
        """Return ``file:line`` of this entry or of a key below it."""
        return self.document.where((*self.location, *more))

    @property
    def inner_where(self) -> str:
        """``file:line`` as seen from the knowledge directory, the same on every machine."""
        path = self.document.path
        folder = f"{path.parent.name}/" if path.parent.name in FOLDERS else ""
        return f"{folder}{path.name}:{self.document.line(self.location)}"


@dataclass(slots=True)
class Tree:
    """The entries of one directory, or of the base with its overlays merged in."""

    provenance: str
    genes: dict[str, Entry[schema.GeneFile]] = field(default_factory=dict)
    assertions: dict[str, Entry[schema.AssertionEntry]] = field(default_factory=dict)
    trials: dict[str, Entry[schema.TrialFile]] = field(default_factory=dict)
    therapies: dict[str, Entry[schema.TherapyEntry]] = field(default_factory=dict)
    tumour_types: dict[str, Entry[schema.TumourTypeEntry]] = field(default_factory=dict)
    sources: dict[str, Entry[schema.SourceEntry]] = field(default_factory=dict)
    cohorts: dict[str, Entry[schema.CohortEntry]] = field(default_factory=dict)
    subgroups: dict[str, Entry[schema.SubgroupEntry]] = field(default_factory=dict)
    biomarkers: dict[str, Entry[marker_schema.BiomarkerEntry]] = field(default_factory=dict)
    studies: dict[str, Entry[record_schema.StudyEntry]] = field(default_factory=dict)
    frameworks: dict[str, Entry[record_schema.FrameworkEntry]] = field(default_factory=dict)
    comparisons: dict[str, Entry[record_schema.ComparisonEntry]] = field(default_factory=dict)
    inventory: Entry[record_schema.InventoryFile] | None = None
    version: Entry[schema.VersionFile] | None = None
    overlay: Entry[schema.OverlayFile] | None = None
    problems: list[Problem] = field(default_factory=list)

    def merge(self, over: Tree) -> None:
        """Lay ``over`` on this tree: an entry of the same name is replaced whole, a new one added.

        What the overlay withdraws is taken out first. Problems of both are kept.
        """
        self.problems.extend(over.problems)
        if over.overlay is not None:
            self._withdraw(over.overlay)
        for name in _MERGED:
            getattr(self, name).update(getattr(over, name))

    def _withdraw(self, entry: Entry[schema.OverlayFile]) -> None:
        for key, held in (("withdraw_assertions", self.assertions), ("withdraw_trials", self.trials)):
            for index, name in enumerate(getattr(entry.model, key)):
                if held.pop(name, None) is None:
                    self.problems.append(entry.problem(f"{name} is not in the base", key, index))


_MERGED = (
    "genes", "assertions", "trials", "therapies", "tumour_types", "sources", "cohorts", "subgroups",
    "biomarkers", "studies", "frameworks", "comparisons",
)  # fmt: skip


def read_tree(directory: Path, *, is_overlay: bool = False) -> Tree:
    """Return the entries of ``directory`` with every problem found in its files.

    Raises
    ------
    KnowledgeError
        When ``directory`` is not a directory or holds no file of a knowledge base.
    """
    if not directory.is_dir():
        raise KnowledgeError(
            "is not a directory", where=str(directory), remedy="Name a directory of YAML files."
        )
    tree = Tree(provenance=directory.name if is_overlay else "netboard")
    models = list(_models(directory, tree))
    if not models and not tree.problems:
        raise KnowledgeError(
            "holds no file of a knowledge base",
            where=str(directory),
            remedy="It should hold assertions/*.yaml, trials/NCT*.yaml, genes/*.yaml or sources.yaml.",
        )
    for model, _ in models:
        if is_overlay and isinstance(model, schema.OverlayFile):
            tree.provenance = model.name
    for model, document in models:
        _place(tree, model, document)
    return tree


def files_of(directory: Path) -> list[Path]:
    """Return the YAML files of a knowledge directory, sorted; reference data and schemas left out."""
    found = []
    for path in directory.rglob("*"):
        inner = path.relative_to(directory).parts
        hidden = any(part.startswith(".") for part in inner)
        if path.suffix in (".yaml", ".yml") and not hidden and inner[0] not in _NOT_YAML_OF_OURS:
            found.append(path)
    return sorted(found)


def _models(directory: Path, tree: Tree) -> Iterator[tuple[rule_schema.Strict, Document]]:
    for path in files_of(directory):
        inner = path.relative_to(directory).parts
        kind = schema.FILES.get(inner[0]) if len(inner) <= 2 else None
        if kind is None or (len(inner) == 2) != (inner[0] in FOLDERS) or path.suffix != ".yaml":
            known = ", ".join(f"{name}/*.yaml" if name in FOLDERS else name for name in schema.FILES)
            tree.problems.append(Problem(str(path), 1, f"no file of this name is read here; known: {known}"))
            continue
        try:
            document = read_document(path)
            yield kind.model_validate(document.data), document
        except KnowledgeError as error:
            file, _, line = error.where.rpartition(":")
            at = (file, int(line)) if line.isdigit() else (error.where, 1)
            tree.problems.append(Problem(*at, f"{error.what}. {error.remedy}".removesuffix(". ")))
        except ValidationError as error:
            tree.problems.extend(problems_of(error, document))


def problems_of(error: ValidationError, document: Document) -> list[Problem]:
    """Return each fault of a validation as ``file:line: key ...: what is wrong``."""
    found = []
    for fault in error.errors(include_url=False):
        location = tuple(fault["loc"])
        known = location
        while known and known not in document.lines:
            known = known[:-1]
        key = _shown(location if fault["type"] in ("missing", "extra_forbidden") else known)
        found.append(Problem(str(document.path), document.line(location), _sentence(fault, key)))
    return list(dict.fromkeys(found))


def _sentence(fault: Any, key: str) -> str:
    named = f"key {key}: " if key else ""
    if fault["type"] == "missing":
        return f"key {key} is missing"
    if fault["type"] == "extra_forbidden":
        return f"key {key} is not known here"
    if fault["type"] == "too_short" and fault["ctx"]["actual_length"]:
        return (
            f"{named}holds {fault['ctx']['actual_length']}; {fault['ctx']['min_length']} or more are needed"
        )
    if fault["type"] == "too_short":
        return f"{named}is an empty list; a rule needs at least one entry"
    if fault["type"] == "string_too_short":
        return f"{named}is empty"
    message = str(fault["msg"]).removeprefix("Value error, ")
    return f"{named}{message[:1].lower()}{message[1:]}"


def _shown(location: Location) -> str:
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def _place(tree: Tree, model: rule_schema.Strict, document: Document) -> None:
    """Put the entries of one file where they belong."""
    if isinstance(model, schema.GeneFile):
        _add(tree, tree.genes, model.symbol, Entry(model, document, (), tree.provenance))
        _same_name(tree, document, model.symbol)
    elif isinstance(model, schema.TrialFile):
        _add(tree, tree.trials, model.nct, Entry(model, document, (), tree.provenance))
        _same_name(tree, document, model.nct)
    elif isinstance(model, schema.AssertionFile):
        for index, assertion in enumerate(model.assertions):
            entry = Entry(assertion, document, ("assertions", index), tree.provenance)
            _add(tree, tree.assertions, assertion.id, entry)
    elif isinstance(model, schema.CohortsFile):
        for index, cohort in enumerate(model.cohorts):
            entry_c = Entry(cohort, document, ("cohorts", index), tree.provenance)
            _add(tree, tree.cohorts, f"{cohort.source} {cohort.tumour}", entry_c)
    elif isinstance(model, schema.SubgroupsFile):
        for index, subgroup in enumerate(model.subgroups):
            entry_s = Entry(subgroup, document, ("subgroups", index), tree.provenance)
            _add(tree, tree.subgroups, subgroup.name, entry_s)
    elif isinstance(model, schema.VersionFile):
        tree.version = Entry(model, document, (), tree.provenance)
    elif isinstance(model, record_schema.InventoryFile):
        tree.inventory = Entry(model, document, (), tree.provenance)
    elif isinstance(model, schema.OverlayFile):
        tree.overlay = Entry(model, document, (), tree.provenance)
    else:
        _place_mapping(tree, model, document)


def _place_mapping(tree: Tree, model: rule_schema.Strict, document: Document) -> None:
    """Put the entries of a file that is one mapping by name (sources, therapies, ...)."""
    (name,) = type(model).model_fields
    held = getattr(tree, name)
    for key, entry in getattr(model, name).items():
        _add(tree, held, key, Entry(entry, document, (name, key), tree.provenance))


def _add(tree: Tree, held: dict[str, Any], name: str, entry: Entry[Any]) -> None:
    if name in held:
        tree.problems.append(entry.problem(f"{name} stands already at {held[name].where()}"))
        return
    held[name] = entry


def _same_name(tree: Tree, document: Document, name: str) -> None:
    if document.path.stem != name:
        message = f"the file is called {document.path.name} and speaks of {name}; they should be one"
        tree.problems.append(Problem(str(document.path), 1, message))
