"""Loading, overlays and the cache."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from knowledge.small_base import FILES, write
from netboard.errors import KnowledgeError
from netboard.knowledge import cache, load
from netboard.model.evidence import Knowledge, Truth
from netboard.model.variant import BUILDS


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "netboard"


def test_the_packaged_base_loads_with_models_on_both_builds(knowledge: Knowledge) -> None:
    assert len(knowledge.panel.genes) > 90
    for gene in knowledge.panel.genes.values():
        assert all(gene.models(build) for build in BUILDS), gene.symbol


def test_a_knowledge_read_from_the_cache_equals_the_compiled_one(base: Path, own_cache: Path) -> None:
    compiled = load.load(base=base)
    assert len(list(own_cache.glob("knowledge-*.json"))) == 1
    assert load.load(base=base) == compiled == load.load(base=base, use_cache=False)


def test_the_whole_packaged_base_survives_the_cache() -> None:
    assert load.load() == load.load(use_cache=False)


def test_a_changed_file_is_never_answered_from_a_stale_cache(base: Path) -> None:
    before = load.load(base=base)
    path = base / "assertions" / "first.yaml"
    path.write_text(path.read_text().replace("Something follows.", "Something else follows."))
    after = load.load(base=base)
    assert after.assertions[0].statement == "Something else follows."
    assert after.hash != before.hash


@pytest.mark.parametrize(
    "damage", [b"", b"{}", b"0\n[]", b"\xff\xfe"], ids=["empty", "short", "wrong", "bytes"]
)
def test_a_damaged_cache_is_rebuilt(base: Path, own_cache: Path, damage: bytes) -> None:
    whole = load.load(base=base)
    (file,) = own_cache.glob("knowledge-*.json")
    good = file.read_bytes()
    file.write_bytes(damage)
    assert load.load(base=base) == whole
    assert file.read_bytes() == good


def test_a_cache_cut_short_or_with_a_changed_byte_is_not_believed(base: Path, own_cache: Path) -> None:
    load.load(base=base)
    (file,) = own_cache.glob("knowledge-*.json")
    key = file.stem.removeprefix("knowledge-")
    good = file.read_bytes()
    for bad in (good[:-40], good.replace(b"Something follows.", b"Something follow5.")):
        file.write_bytes(bad)
        assert cache.read(key) is None


def test_a_cache_that_cannot_be_written_does_not_fail_the_run(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a directory")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    assert load.load(base=base).version == "2026.1.0"


def test_a_warm_load_imports_no_parser(base: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from netboard.knowledge.load import load; "
        f"load(base=Path({str(base)!r})); "
        "print([m for m in sys.modules if m.split('.')[0] in ('pydantic', 'ruamel')])"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    runs = [
        subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
        for _ in range(2)
    ]
    assert "pydantic" in runs[0].stdout
    assert runs[1].stdout.strip() == "[]"


def test_the_hash_counts_knowledge_and_not_prose_or_schemas(base: Path) -> None:
    before = load.content_hash([base])
    write(base, {"README.md": "prose", "schemas/gene.schema.json": "{}", ".hidden.yaml": "x: 1"})
    assert load.content_hash([base]) == before
    write(base, {"reference/alleles.tsv": "build\n"})
    assert load.content_hash([base]) != before


def test_an_overlay_replaces_whole_entries_and_says_whose_they_are(base: Path, tmp_path: Path) -> None:
    changed = FILES["assertions/first.yaml"].replace("Something follows.", "Our reading.")
    added = changed.replace("id: first", "id: second")
    ours = write(
        tmp_path / "ours",
        {"overlay.yaml": "name: our-lab\n", "assertions/a.yaml": changed, "assertions/b.yaml": added},
    )
    known = load.load([ours], base=base)
    by_id = {item.id: item for item in known.assertions}
    assert by_id["first"].statement == "Our reading."
    assert by_id["first"].provenance == by_id["second"].provenance == "our-lab"
    assert known.panel.genes["MEN1"].provenance == "netboard"
    assert known.overlays == ("our-lab",)


def test_the_later_overlay_goes_before_the_earlier(base: Path, tmp_path: Path) -> None:
    overlays = [
        write(
            tmp_path / name,
            {
                "assertions/a.yaml": FILES["assertions/first.yaml"].replace(
                    "Something follows.", f"Says {name}."
                )
            },
        )
        for name in ("north", "south")
    ]
    assert load.load(overlays, base=base).assertions[0].statement == "Says south."
    assert load.load(overlays[::-1], base=base).assertions[0].statement == "Says north."


def test_an_overlay_may_withdraw_a_statement_of_the_base(base: Path, tmp_path: Path) -> None:
    ours = write(tmp_path / "ours", {"overlay.yaml": "name: ours\nwithdraw_assertions: [first]\n"})
    assert load.load([ours], base=base).assertions == ()


def test_withdrawing_what_is_not_there_is_an_error_with_its_line(base: Path, tmp_path: Path) -> None:
    ours = write(tmp_path / "ours", {"overlay.yaml": "name: ours\nwithdraw_assertions:\n  - fist\n"})
    with pytest.raises(KnowledgeError, match=r"overlay.yaml:3: fist is not in the base"):
        load.load([ours], base=base)


def test_two_overlays_of_one_name_are_an_error(base: Path, tmp_path: Path) -> None:
    ours = [write(tmp_path / name, {"overlay.yaml": "name: same\n"}) for name in ("one", "two")]
    with pytest.raises(KnowledgeError, match="an overlay named 'same' is there already"):
        load.load(ours, base=base)


def test_a_fault_names_file_line_and_key_and_how_many_more_there_are(base: Path) -> None:
    path = base / "assertions" / "first.yaml"
    path.write_text(
        path.read_text().replace("kind: predictive", "kind: predictiv").replace("drugs:", "drug:")
    )
    with pytest.raises(KnowledgeError) as caught:
        load.load(base=base)
    assert caught.value.where.startswith(f"{path}:")
    assert "1 more" in str(caught.value)
    assert "netboard knowledge check" in str(caught.value)


@pytest.mark.parametrize("name", ["absent", "empty"])
def test_a_directory_that_is_no_knowledge_base_is_refused(tmp_path: Path, base: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(KnowledgeError):
        load.load([tmp_path / name], base=base)


def test_several_genes_in_one_leaf_mean_any_of_them_and_a_group_is_spelled_out(knowledge: Knowledge) -> None:
    (trial,) = (item for item in knowledge.trials if item.nct == "NCT02315625")
    arm = next(item for item in trial.arms if item.id == "everolimus")
    assert arm.when.op == "any_of"  # type: ignore[union-attr]
    assert {leaf.gene for leaf in arm.when.clauses} >= {"NF1", "PTEN", "VHL", "TP53"}  # type: ignore[union-attr]
    assert "splice" in arm.when.clauses[0].events  # type: ignore[union-attr]
    assert set(arm.not_in_rule) == {"TSC1", "TSC2"}
    assert trial.historical
    assert trial.evidence == "protocol"


def test_positions_in_yaml_are_one_based_and_in_code_half_open(knowledge: Knowledge) -> None:
    promoter = next(item for item in knowledge.panel.genes["TERT"].promoters if item.build == "GRCh38")
    assert (promoter.interval.start, promoter.interval.end) == (1295099, 1295300)
    alleles = {(a.build, a.label): a for a in knowledge.panel.alleles if a.gene == "TERT"}
    assert alleles["GRCh38", "C228T"].start == 1295112
    assert alleles["GRCh37", "C228T"].start == 1295227
    assert promoter.interval.start <= alleles["GRCh38", "C250T"].start < promoter.interval.end


def test_hotspot_residues_come_from_substitutions_of_genes_with_checked_numbering(
    knowledge: Knowledge,
) -> None:
    genes = knowledge.panel.genes
    assert 600 in genes["BRAF"].hotspot_residues
    assert 175 in genes["TP53"].hotspot_residues
    assert genes["ATRX"].hotspot_residues == ()


def test_cases_keep_what_was_written(knowledge: Knowledge) -> None:
    case = next(item for item in knowledge.assertions if item.id == "vhl-germline-belzutifan").cases[0]
    assert case.expect is Truth.YES
    assert case.given["events"] == [{"gene": "VHL", "event": "truncating", "origin": "germline"}]
