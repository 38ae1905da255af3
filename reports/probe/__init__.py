"""The page of a probe: the verdict first, then its evidence as pictures. It computes nothing.

    losing-dimensions probe --model FILE.py:score --data TRAIN --held-out TEST --out DIR

writes DIR/report.html, one file that needs no network, from the Dataset that `verify.probe` found.
"""

from reports.probe.page import page

__all__ = ["page"]
