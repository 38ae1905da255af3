"""The checker of annotations at run time, under pytest: what it takes for what.

As in PEP 484, and so in pyright, an int is a float too. A number of NumPy's is an array of no dimensions, for that is
what its reductions return.
"""

import numpy as np
from beartype import BeartypeConf, FrozenDict, beartype

SCALARS_ARE_ARRAYS = FrozenDict({np.ndarray: np.ndarray | np.generic})

annotations = beartype(conf=BeartypeConf(is_pep484_tower=True, hint_overrides=SCALARS_ARE_ARRAYS))
