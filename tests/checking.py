"""The checker of annotations at run time, under pytest: what it takes for what.

As in PEP 484, and so in pyright, an int is a float too. A number of NumPy's is an array of no dimensions, for that is
what its reductions return. Functions are checked as they are written, before other decorators make something else of
them; a class is checked with the `__init__` that `dataclass` gives it.
"""

import numpy as np
from beartype import BeartypeConf, BeartypeDecorPlace, FrozenDict

ANNOTATIONS = BeartypeConf(
    is_pep484_tower=True,
    hint_overrides=FrozenDict({np.ndarray: np.ndarray | np.generic}),
    claw_is_pep526=False,  # annotated assignments are left to pyright
    claw_decor_place_func=BeartypeDecorPlace.FIRST,
    claw_decor_place_type=BeartypeDecorPlace.LAST,
)
