"""From the bytes of a variant file to alleles with support.

``reader`` is the door: :func:`netboard.variants.reader.read_file`. Behind it, in the order in which
the data pass: ``bgzf`` (bytes), ``header`` and ``roles``, ``targets`` and ``scan`` (which records
concern the panel), ``build`` (whose genome), ``records`` and ``normalise`` (which alleles),
``support`` (which reads), ``structural`` (which stretches); ``segments`` reads copy-number tables.
"""
