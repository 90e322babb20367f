"""Reference bases that a user gives: a FASTA, or a bundle of the panel's exons cut out of one.

``fasta`` reads a genome by ranges, never whole; ``cut`` says which stretches the panel needs; ``bundle`` writes
and reads them; ``agreement`` compares bases with those embedded; ``opened`` opens either kind for a run.
``gff3``, ``genemodels`` and ``labgenes`` add genes of a laboratory's own panel.
"""
