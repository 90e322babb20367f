rule cohort:
    input:
        batch_directories(),
    output:
        page=report(
            f"{RESULTS}/cohort/cohort.html",
            caption="../report/cohort.rst",
            category="Cohort",
            labels={"view": "page"},
        ),
        genes=report(
            f"{RESULTS}/cohort/cohort.genes.tsv",
            caption="../report/table.rst",
            category="Cohort",
            labels={"view": "genes"},
        ),
        samples=f"{RESULTS}/cohort/cohort.samples.tsv",
        alterations=f"{RESULTS}/cohort/cohort.alterations.tsv",
        biomarkers=f"{RESULTS}/cohort/cohort.biomarkers.tsv",
        parquet=f"{RESULTS}/cohort/cohort.parquet",
    log:
        f"{RESULTS}/logs/cohort.log",
    benchmark:
        f"{RESULTS}/benchmarks/cohort.tsv"
    conda:
        "../envs/netboard.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        directory=subpath(output.page, parent=True),
        version=VERSION,
    shell:
        "netboard cohort {input:q} --out {params.directory:q} > {log:q} 2>&1"


rule gate:
    # Last of all, so that a failed sample does not keep the others from their cohort page.
    input:
        batches=batch_directories(),
        cohort=rules.cohort.output,
    output:
        touch(f"{RESULTS}/gate.ok"),
    log:
        f"{RESULTS}/logs/gate.log",
    benchmark:
        f"{RESULTS}/benchmarks/gate.tsv"
    conda:
        "../envs/netboard.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=10,
    shell:
        "netboard gate {input.batches:q} > {log:q} 2>&1"
