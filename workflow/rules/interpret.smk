rule interpret_batch:
    # The sheet is `ancient`: a newer sheet reruns only batches whose own rows changed (`rows`).
    input:
        files=batch_inputs,
        sheet=ancient(SHEET),
    output:
        report(
            directory(f"{RESULTS}/batches/{{batch}}"),
            patterns=["{name,manifest}.tsv"],
            caption="../report/manifest.rst",
            category="Samples",
        ),
    log:
        f"{RESULTS}/logs/interpret_batch/{{batch}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/interpret_batch/{{batch}}.tsv"
    conda:
        "../envs/netboard.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=60,
    params:
        batch_size=config["batch_size"],
        formats=",".join(config["formats"]),
        overlays=OVERLAYS,
        min_alt_reads=config["min_alt_reads"],
        min_vaf=config["min_vaf"],
        rows=batch_digest,
        knowledge=KNOWLEDGE,
        version=VERSION,
    shell:
        "netboard batch --sample-sheet {input.sheet:q} --batch {wildcards.batch:q}"
        " --batch-size {params.batch_size} --out {output:q} --on-error continue"
        " --formats {params.formats} --min-alt-reads {params.min_alt_reads} --min-vaf {params.min_vaf}"
        " {params.overlays:q}"
        " > {log:q} 2>&1"


rule pdf:
    input:
        f"{RESULTS}/batches/{{batch}}",
    output:
        directory(f"{RESULTS}/pdf/{{batch}}"),
    log:
        f"{RESULTS}/logs/pdf/{{batch}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/pdf/{{batch}}.tsv"
    conda:
        "../envs/netboard.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=60,
    shell:
        "netboard report {input:q} --formats pdf --out {output:q} > {log:q} 2>&1"
