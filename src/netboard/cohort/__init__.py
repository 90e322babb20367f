"""Many samples: each batch leaves one Parquet file, and a cohort is a query over them.

``store`` writes the rows of a batch, ``summary`` reads any number of such files, ``page`` and ``tables``
draw what it found. DuckDB does the work in constant memory; it is imported only here (extra ``cohort``).
"""
