"""netboard: from tumour VCFs to what a neuroendocrine tumour board can read.

The command line (``netboard``) and the library are the same verbs; see :mod:`netboard.pipeline` for
one file and :mod:`netboard.batch` for many samples.
"""

__version__ = "0.1.0"
