"""The one scheduler of the ledger: each claim with its table, for pytest and for the report alike."""

import time

import xarray as xr

from simulate.estimate import Estimate
from simulate.run.experiment import Experiment
from simulate.run.provenance import of_run, shared
from simulate.run.store import Store
from theory.content import content_hash
from verify.claim import Claim, judge
from verify.judge.told import foretold
from verify.key import table_key
from verify.ledger import CLAIMS
from verify.mutation.mutants import broken
from verify.untested import noted, untested
from verify.users import refuse_unmeasured


def run_claim(
    claim: Claim,
    profile: str,
    seed: int,
    store: Store | None = None,
    progress: bool = True,
    device: str | None = None,
    mutant: str | None = None,
) -> xr.Dataset:
    """The table of one claim: observed, predicted, judged; what the store holds is not made again.

    The points that the full profile has and this one lacks are noted (`verify.untested`).

    Arguments:
        claim: what is claimed.
        profile: "quick" or "full".
        seed: of the random numbers, an integer >= 0.
        store: where observations and tables are kept; nowhere where None.
        progress: whether a bar is shown.
        device: for the experiments that take one, as in `simulate.engine.posterior`.
        mutant: the name of a wrong formula (`verify.mutation.mutants`), put in the theory after the observation:
            an experiment that draws its levels from an energy law would else be wrong in the same way.

    Returns:
        A Dataset along `point` and `control`, with the verdict in its attributes.

    Raises:
        BadClaim: where no verdict can be passed.
    """
    experiment = claim.estimate_for(profile, seed, device)
    if store is None or mutant is not None:
        return _judged(claim, experiment, profile, store, progress, mutant)
    key = table_key(claim, experiment, profile)
    kept = store.load(key) if claim in CLAIMS else None  # the key lacks the code of a claim from elsewhere
    if kept is not None:
        return shared(kept)
    begun = time.perf_counter()
    table = _judged(claim, experiment, profile, store, progress)
    store.save(key, table.assign_attrs(of_run(time.perf_counter() - begun)))
    return table


def _judged(
    claim: Claim,
    experiment: Experiment,
    profile: str,
    store: Store | None,
    progress: bool,
    mutant: str | None = None,
) -> xr.Dataset:
    """Predictions are made before the observation; those of a mutant after it, whose energies are of the true law."""
    said = foretold(claim, experiment) if mutant is None else None
    observed = experiment.run(store, progress)
    if claim not in CLAIMS:
        refuse_unmeasured(claim, experiment)
    with broken(mutant):
        table = judge(claim, observed, experiment, rules=mutant is None, said=said)
        return noted(table, untested(claim, profile))


def shared_work(claim: Claim) -> str:
    """A name for what claims may share, so that one process measures it once.

    Estimates share data where observable, sampler and replicas are the same; other experiments where their kind is.
    """
    estimate = claim.estimate
    if not isinstance(estimate, Estimate):
        return type(estimate).__name__
    return content_hash([estimate.observable, estimate.sampler, estimate.replicas])
