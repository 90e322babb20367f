"""What a report shows of the knowledge base: therapy statements, trial arms, prognosis, subgroups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from netboard.model.evidence import Truth
from netboard.model.result import (
    BiomarkerResult,
    EvidenceNote,
    Interpretation,
    PrognosisLine,
    Proof,
    TherapyLine,
    TrialLine,
)
from netboard.report import phrases
from netboard.report.references import References, trial_identifier
from netboard.report.statement_rows import (
    ArmRow,
    CourseEntry,
    CourseRow,
    Link,
    ProofNode,
    Reason,
    Rule,
    TherapyGroup,
    TherapyRow,
    TrialBlock,
)

#: Directions of therapy statements in reading order, with the heading of each group.
THERAPY_GROUPS = (
    ("sensitivity", "Speaks for", ("sensitivity",)),
    ("against", "Speaks against", ("resistance", "no_benefit")),
    ("unclear", "Direction unclear", ("unclear",)),
)
#: What is not sure stands apart, so that nobody reads it as an option of today.
OPEN_GROUP = ("open", "Only if an open point is settled")


class Statements:
    """Builds the rows; holds what all of them need: labels of findings, sources, proofs, contradictions."""

    def __init__(self, result: Interpretation, anchors: Mapping[str, str], references: References) -> None:
        self._result = result
        self._anchors = anchors
        self._references = references
        self._rules: dict[str, Rule] = {}
        self._labels = {finding.id: phrases.label(finding) for finding in result.findings}
        self._proofs = {item.rule: item.proof for item in result.evaluations if item.proof is not None}
        self._others: Mapping[str, Any] = result.knowledge_slice.get("assertions", {})
        listed: Sequence[TherapyLine | PrognosisLine] = (*result.therapies, *result.prognosis)
        self._listed = {line.id: line.statement for line in listed}

    # ------------------------------------------------------------ therapies

    def therapies(self) -> tuple[TherapyGroup, ...]:
        """Return the therapy statements for, against and unclear; empty groups are left out."""
        groups = []
        for key, title, directions in THERAPY_GROUPS:
            rows = tuple(
                self._therapy(line)
                for line in self._result.therapies
                if line.direction in directions and line.match == "yes"
            )
            if rows:
                groups.append(TherapyGroup(key, title, rows))
        unsure = tuple(self._therapy(line) for line in self._result.therapies if line.match != "yes")
        if unsure:
            groups.append(TherapyGroup(*OPEN_GROUP, unsure))
        return tuple(groups)

    def background(self) -> tuple[TherapyRow, ...]:
        """Return the standing options of this tumour type, which no gene decides."""
        rows = (self._therapy(line) for line in self._result.background)
        return tuple(
            replace(row, direction=phrases.word(phrases.BACKGROUND, line.direction))
            for row, line in zip(rows, self._result.background, strict=True)
        )

    def _therapy(self, line: TherapyLine) -> TherapyRow:
        evidence = line.evidence
        notes = list(line.notes)
        if line.status == "needs_curator":
            notes.insert(0, "Not yet confirmed by a curator")
        return TherapyRow(
            drugs=" + ".join(line.drugs) or "no drug named",
            statement=line.statement or line.id,
            direction=phrases.word(phrases.DIRECTIONS, line.direction),
            match=line.match,
            because=self._links(line.because),
            design=evidence.design or "design not stated",
            patients=phrases.count(evidence.patients, "patient")
            if evidence.patients is not None
            else "number not stated",
            tumour=evidence.tumour or "tumour not stated",
            numbers=evidence.numbers,
            level=phrases.word(phrases.LEVELS, line.level),
            tiers=", ".join(
                t
                for t in (
                    f"AMP {line.tier_amp}" if line.tier_amp else "",
                    f"ESCAT {line.tier_escat}" if line.tier_escat else "",
                )
                if t
            ),
            fit=phrases.fit(line.context_match, evidence.design),
            approval=line.approval or ("" if line.standing else "none stated"),
            standing=_standing(line),
            year=str(line.year or ""),
            entry=line.id,
            references=self._references.cite(line.sources),
            conflicts=self._conflicts(line.conflicts_with),
            needs=line.needs,
            notes=tuple(map(self._sourced, notes)),
            rule=self._rule(line.id, " + ".join(line.drugs) or line.id),
        )

    def _sourced(self, note: str) -> str:
        """Return a note on a drug with the number of its source."""
        text = note.removeprefix("Pathway feedback: ")
        for drug in self._result.knowledge_slice.get("drugs", {}).values():
            for told, source in drug.get("feedback", ()) if text != note else ():
                if told == text:
                    return f"{note} [{', '.join(map(str, self._references.cite([source])))}]"
        return note

    def _conflicts(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Return the statements that contradict a line, also those that do not apply to this sample."""
        found = []
        for key in ids:
            other = self._others.get(key, {})
            statement = self._listed.get(key) or other.get("statement") or key
            numbers = self._references.cite(other.get("sources", ()))
            cited = f" [{', '.join(map(str, numbers))}]" if numbers else ""
            where = "" if key in self._listed else " (not answered by this sample)"
            found.append(f"{statement}{cited}{where}")
        return tuple(found)

    # ------------------------------------------------------------ trials

    def trials(self) -> tuple[tuple[TrialBlock, ...], tuple[TrialBlock, ...], tuple[TrialBlock, ...]]:
        """Return (trials for which something was found, historical ones likewise, all the rest)."""
        by_trial: dict[str, list[TrialLine]] = {}
        for line in self._result.trials:
            by_trial.setdefault(line.nct, []).append(line)
        current: list[TrialBlock] = []
        historical: list[TrialBlock] = []
        rest: list[TrialBlock] = []
        for lines in by_trial.values():
            touched = any(self._touched(line) for line in lines)
            place = rest if not touched else historical if lines[0].historical else current
            place.append(self._trial(lines))
        return tuple(current), tuple(historical), tuple(rest)

    def _touched(self, line: TrialLine) -> bool:
        return line.molecular is not Truth.NO and any(
            item in self._labels for reason in line.reasons for item in reason.because
        )

    def _trial(self, lines: Sequence[TrialLine]) -> TrialBlock:
        first = lines[0]
        date = f", as of {first.as_of}" if first.as_of else ", date of status unknown"
        phase = f"phase {first.phase}, " if first.phase else ""
        doubt = phrases.STATUS_STATES.get(first.status_state, "") if first.as_of else ""
        both = sum(line.other_arm_fits for line in lines) > 1
        notes = [note for line in lines for note in line.notes if not note.startswith("Historical:")]
        sources = [source for line in lines for source in line.sources]
        return TrialBlock(
            identifier=trial_identifier(first.nct),
            title=first.title or "title not stored",
            status=f"{phase}{first.status.replace('_', ' ')}{date}{f', {doubt}' if doubt else ''}",
            historical=first.historical,
            both_arms=both,
            arms=tuple(self._arm(line) for line in lines),
            notes=tuple(dict.fromkeys(notes)),
            references=self._references.cite(sources),
        )

    def _arm(self, line: TrialLine) -> ArmRow:
        return ArmRow(
            name=line.arm,
            drugs=" + ".join(line.drugs),
            molecular=line.molecular.value,
            context=line.context.value,
            match=line.match.value,
            reasons=self.reasons(line.reasons),
            rule=self._rule(f"{line.nct}/{line.arm_id}", f"{line.nct}, arm {line.arm}"),
            settled_by=line.settled_by,
        )

    def reasons(self, leaves: Sequence[Proof]) -> tuple[Reason, ...]:
        """Return one line for each clause that something was found for, and one per kind of the others."""
        told: list[Reason] = []
        grouped: dict[tuple[str, str, bool], list[str]] = {}
        for leaf in leaves:
            subject, condition = _subject(leaf)
            if leaf.because or leaf.code == "not_in_rule":
                told.append(Reason(leaf.value.value, self._told(leaf, subject, condition=condition)))
            else:
                grouped.setdefault((leaf.value.value, leaf.code, condition), []).append(subject)
        for (value, code, _), subjects in grouped.items():
            words = phrases.word(phrases.CODES, code)
            told.append(Reason(value, f"{', '.join(dict.fromkeys(subjects))}: {words}"))
        order = {"yes": 0, "unknown": 1, "no": 2}
        return tuple(sorted(told, key=lambda item: order.get(item.value, 3)))

    def _told(self, leaf: Proof, subject: str, *, condition: bool) -> str:
        if leaf.code == "not_in_rule":
            return leaf.clause
        shown = ", ".join(self._labels.get(item, item) for item in leaf.because)
        if condition:
            return f"{leaf.clause} ({shown})"
        needs = f"; settled by {'; '.join(leaf.needs)}" if leaf.needs and leaf.value is Truth.UNKNOWN else ""
        return f"{shown or subject}: {phrases.reason(leaf)}{needs}"

    # ------------------------------------------------------------ prognosis and subgroups

    def course(self) -> tuple[CourseRow, ...]:
        """Return the prognostic statements by gene, both directions side by side."""
        by_gene: dict[str, list[CourseEntry]] = {}
        for line in self._result.prognosis:
            if line.kind == "prognostic":
                by_gene.setdefault(line.gene, []).append(self._course(line))
        return tuple(
            CourseRow(
                gene or "no gene",
                tuple(e for e in entries if e.direction == "better"),
                tuple(e for e in entries if e.direction == "worse"),
                tuple(e for e in entries if e.direction not in ("better", "worse")),
            )
            for gene, entries in by_gene.items()
        )

    def other_kinds(self) -> tuple[CourseEntry, ...]:
        """Return diagnostic and predisposing statements."""
        return tuple(self._course(line) for line in self._result.prognosis if line.kind != "prognostic")

    def _course(self, line: PrognosisLine) -> CourseEntry:
        measured = "" if line.measured_by == "dna" else phrases.word(phrases.MEASURED_BY, line.measured_by)
        return CourseEntry(
            kind=line.kind,
            direction=line.direction,
            match=line.match,
            statement=line.statement or line.id,
            because=self._links(line.because),
            evidence=_evidence(line.evidence),
            measured_by=measured,
            fit=phrases.word(phrases.FITS, line.context_match) if line.context_match else "",
            references=self._references.cite(line.sources),
            conflicts=self._conflicts(key for key in line.conflicts_with if key not in self._listed),
            needs=line.needs,
        )

    def subgroups(self) -> tuple[tuple[str, str, str, str, tuple[int, ...]], ...]:
        """Return (name, state, statement, because, source numbers) of each molecular subgroup."""
        rows = []
        for line in self._result.subgroups:
            because = "; ".join(self._labels.get(item, item) for item in line.because.split("; "))
            numbers = self._references.cite(line.sources)
            rows.append((line.name, line.state.replace("_", " "), line.statement, because, numbers))
        return tuple(rows)

    def rule_of_biomarker(self, line: BiomarkerResult) -> str:
        """Return the anchor of the rule that answers a biomarker, "" where no rule does."""
        return self._rule(f"biomarker/{line.id}", line.name)

    # ------------------------------------------------------------ shared

    def _links(self, ids: Iterable[str]) -> tuple[Link, ...]:
        return tuple(Link(self._anchors.get(item, ""), self._labels.get(item, item)) for item in ids)

    def rules(self) -> tuple[Rule, ...]:
        """Return the rules of the lines built so far, in the order in which the lines name them."""
        return tuple(self._rules.values())

    def _rule(self, key: str, title: str) -> str:
        proof = self._proofs.get(key)
        if proof is None:
            return ""
        if key not in self._rules:
            anchor = f"rule-{len(self._rules) + 1}"
            self._rules[key] = Rule(anchor, f"{title} ({key})", self._node(proof))
        return self._rules[key].anchor

    def _node(self, proof: Proof) -> ProofNode:
        if proof.children:
            return ProofNode(
                proof.value.value, proof.clause, tuple(self._node(child) for child in proof.children)
            )
        shown = ", ".join(self._labels.get(item, item) for item in proof.because)
        text = f"{proof.clause}: {phrases.reason(proof)}" + (f" ({shown})" if shown else "")
        return ProofNode(proof.value.value, text)


def _standing(line: TherapyLine) -> str:
    words = phrases.word(phrases.STANDINGS, line.standing) if line.standing else ""
    return f"{words} ({line.standing_basis})" if line.standing_basis else words


def _subject(leaf: Proof) -> tuple[str, bool]:
    """Return what a clause is about, and whether it is a condition of context or biomarker."""
    condition = leaf.code.startswith(("context_", "biomarker_", "no_context"))
    return (leaf.clause if condition else leaf.clause.split(":", 1)[0]), condition


def _evidence(note: EvidenceNote | None) -> str:
    if note is None:
        return ""
    patients = phrases.count(note.patients, "patient") if note.patients is not None else ""
    return ", ".join(text for text in (note.design, patients, note.tumour, note.numbers) if text)
