"""Writing the files of one sample in the formats asked for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from netboard.errors import UsageError
from netboard.model.result import Interpretation
from netboard.output import Staging, safe_name, write_atomic

FORMATS = ("html", "json", "tsv", "pdf", "xlsx", "vcf", "maf")
DEFAULT_FORMATS = ("html", "json", "tsv")


def parse_formats(text: str | None) -> tuple[str, ...]:
    """Return the formats of a comma list.

    Raises
    ------
    UsageError
        For a name that is no format.
    """
    if text is None:
        return DEFAULT_FORMATS
    names = tuple(dict.fromkeys(part.strip().lower() for part in text.split(",") if part.strip()))
    wrong = [name for name in names if name not in FORMATS]
    if wrong or not names:
        raise UsageError(f"--formats: {', '.join(wrong) or 'nothing'} is not of {','.join(FORMATS)}")
    return names


#: Endings of every file that a format writes.
_ENDINGS = (
    "report.html", "json", "variants.tsv", "genes.tsv", "report.pdf", "report.xlsx", "annotated.vcf.gz",
    "annotated.vcf.gz.tbi", "annotated.vcf.gz.csi", "maf",
)  # fmt: skip


def write_sample(
    result: Interpretation, directory: Path, formats: Sequence[str], *, keep: bool = False
) -> list[Path]:
    """Write ``directory/S/S.*`` for one sample and return the paths; all of them appear, or none.

    ``directory/S`` is staged beside its place and renamed when complete. Files of an earlier result of the
    sample in other formats go away, so that no old report stands beside a new result; with ``keep`` (the
    same result rendered again) they stay.
    """
    name = safe_name(result.sample)
    final = directory / name
    with Staging(final) as aside:
        for chosen in formats:
            _write(result, aside / name, chosen)
        written = {path.name for path in aside.iterdir()}
    if not keep:
        for ending in _ENDINGS:
            if f"{name}.{ending}" not in written:
                (final / f"{name}.{ending}").unlink(missing_ok=True)
    return sorted(final / path for path in written)


def _write(result: Interpretation, stem: Path, chosen: str) -> None:
    """Write one format as ``stem.<ending>``; each renderer is imported only when it is asked for."""
    if chosen == "html":
        from netboard.report.html import render_html

        write_atomic(Path(f"{stem}.report.html"), render_html(result))
    elif chosen == "json":
        from netboard.export.json import result_json

        write_atomic(Path(f"{stem}.json"), result_json(result))
    elif chosen == "tsv":
        from netboard.export.tsv import genes_tsv, variants_tsv

        write_atomic(Path(f"{stem}.variants.tsv"), variants_tsv(result))
        write_atomic(Path(f"{stem}.genes.tsv"), genes_tsv(result))
    elif chosen == "pdf":
        from netboard.report.pdf import render_pdf

        write_atomic(Path(f"{stem}.report.pdf"), render_pdf(result))
    elif chosen == "xlsx":
        from netboard.export.xlsx import write_xlsx

        write_xlsx(result, Path(f"{stem}.report.xlsx"))
    elif chosen == "vcf":
        from netboard.export.vcf import write_vcf

        write_vcf(result, Path(f"{stem}.annotated.vcf.gz"))
    else:
        from netboard.export.maf import maf

        write_atomic(Path(f"{stem}.maf"), maf(result))
