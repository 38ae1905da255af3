"""Commands of `losing-dimensions store`: why it holds a result, whether its files are whole, and what may go."""

import time
from collections import Counter
from pathlib import Path

from reports.store import Folder, opened
from simulate.run.explain import explain as explained
from simulate.run.store import DAMAGED, Store
from simulate.run.user_file import load_experiment
from verify.door import Amount, Flag, Profile, Seed, refusing

DAY = 86_400.0  # seconds


@refusing(ValueError, OSError)
def explain(experiment: str, *, store: Folder = None) -> int:
    """For every point of an experiment: is it new, cached or stale, and why?

    Args:
        experiment: FILE.py:NAME, an instance of Experiment.
        store: the store (default: that of LOSING_DIMENSIONS_STORE, else store).
    """
    found = explained(load_experiment(experiment).measured(), Store(store))
    for point, (state, why) in found.items():
        print(f"{point}: {state}{why and f': {why}'}")
    counts = Counter(state for state, _ in found.values())
    print(f"{len(found)} points: {', '.join(f'{count} {state}' for state, count in sorted(counts.items()))}")
    return 0


@refusing(ValueError, OSError)
def verify(*, store: Folder = None, set_aside: Flag = False) -> int:
    """Hash every file again, and name those that are damaged: exit status 1 if there are any.

    Args:
        store: the store (default: that of LOSING_DIMENSIONS_STORE, else store).
        set_aside: move damaged files to the folder `damaged` of the store.
    """
    kept = opened(store)
    keys = list(kept)
    alone = [kept.path(key) for key in keys if kept.path(key).exists() and kept.read(key)[0] == DAMAGED]
    damaged = [*alone, *kept.packed.damaged()]
    for path in damaged:
        print(f"{path} is damaged{_moved(kept, path) if set_aside else ''}")
    print(f"{len(keys)} results, {len(damaged)} damaged")
    return 1 if damaged else 0


def _moved(store: Store, path: Path) -> str:
    place = store.root / DAMAGED / path.name
    place.parent.mkdir(exist_ok=True)
    path.replace(place)
    return f": moved to {place}"


@refusing(ValueError, OSError)
def gc(
    *,
    store: Folder = None,
    older_than: Amount | None = None,
    outside_ledger: Flag = False,
    seed: Seed = 0,
    delete: Flag = False,
) -> int:
    """Name the results that may go, and how much they hold; delete them only with --delete.

    Args:
        store: the store (default: that of LOSING_DIMENSIONS_STORE, else store).
        older_than: results that were saved more than so many days ago.
        outside_ledger: results that the ledger as it is now would not take, in either profile; with --older-than, both.
        seed: of the ledger.
        delete: delete them.
    """
    if older_than is None and not outside_ledger:
        raise ValueError("gc needs --older-than DAYS or --outside-ledger, or would name every result")
    kept = opened(store)
    current = _of_the_ledger(seed) if outside_ledger else set()
    keys = list(kept)
    old = [key for key in keys if key not in current and _age(kept, key) > (older_than or 0) * DAY]
    size = sum(path.stat().st_size for path in {kept.place(key) for key in old})
    print(*old, sep="\n", end="\n" if old else "")
    if delete:
        kept.discard(old)
    print(f"{len(old)} of {len(keys)} results, {size} bytes: {'deleted' if delete else '--delete deletes them'}")
    return 0


def _age(store: Store, key: str) -> float:
    return time.time() - store.place(key).stat().st_mtime


def _of_the_ledger(seed: int) -> set[str]:
    """Keys of all observations and tables of the ledger."""
    from verify.key import table_key
    from verify.ledger import CLAIMS

    profiles: tuple[Profile, ...] = ("quick", "full")
    experiments = [(claim, profile, claim.estimate_for(profile, seed)) for claim in CLAIMS for profile in profiles]
    tables = {table_key(claim, experiment, profile) for claim, profile, experiment in experiments}
    return tables | {key for _, _, experiment in experiments for key in experiment.keys().values()}
