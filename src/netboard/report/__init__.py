"""Reports for people: pure functions of an Interpretation.

``view`` decides what is said and in which order, ``phrases`` how it is worded, ``html`` and ``pdf`` draw
it. Neither page says what the other does not.
"""
