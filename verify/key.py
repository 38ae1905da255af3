"""The table of a claim in the store: predicted, observed, stderr, effect with its interval, and the verdicts.

It is one netCDF file beside the observations, NAME-PROFILE-SEED-HASH.nc, which `xarray.open_dataset` reads. The test,
the figures and the report all take their numbers from it. Its hash is of all that makes it: the observations with the
code behind them, the code of `theory` and `verify`, and the formulas in force; so changed theory is judged anew.
"""

import re

import sympy as sp

from simulate.run.experiment import Experiment
from simulate.run.key import VERDICT, result_key
from theory.formula import FORMULAS
from verify.claim import Claim

UNSAFE = re.compile(r"[^\w.-]")  # of a name, in the name of a file


def table_key(claim: Claim, experiment: Experiment, profile: str) -> str:
    """The name of the file of a claim's table, by all that makes it.

    Arguments:
        claim: what is claimed.
        experiment: that of the profile, with its seed.
        profile: "quick" or "full".

    Returns:
        NAME-PROFILE-SEED-HASH.
    """
    formulas = {name: sp.srepr(formula.expression) for name, formula in FORMULAS.items()}
    made_of = result_key([claim.name, list(experiment.keys().values()), formulas], VERDICT)
    return f"{UNSAFE.sub('_', claim.name)}-{profile}-{experiment.seed}-{made_of[:16]}"
