"""One file per format: each takes an Interpretation and gives text, bytes or a file, and nothing else.

``rows`` holds what the tabular formats share, so that a column means the same in each of them.
"""
