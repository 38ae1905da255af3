"""Why is a point in the store, or not: new, cached, damaged, or stale, and then what changed since.

A key tells two results apart and does not say by what. What it is made of is kept beside each result
(`simulate.run.provenance.made_of`); of all results of the same class for the same point, the one that differs in the
fewest things is named.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from simulate.run.experiment import Experiment, Point
from simulate.run.store import DAMAGED, WHOLE, Store

CACHED, NEW, STALE = "cached", "new", "stale"


def explain(experiment: Experiment, store: Store) -> dict[Point, tuple[str, str]]:
    """What a store holds of an experiment.

    Arguments:
        experiment: whose points are looked up.
        store: where its results may be.

    Returns:
        For each point `cached`, `damaged`, `new` or `stale`, and for a stale one a sentence that says why.
    """
    now, keys = json.loads(experiment.made_of), experiment.keys()
    states = {point: store.state(key) for point, key in keys.items()}
    older = _older(store, now["class"]) if set(states.values()) - {WHOLE} else {}
    return {point: _told(state, now, older.get(experiment.asked_hash(point), [])) for point, state in states.items()}


def _told(state: str, now: dict[str, Any], older: list[dict[str, Any]]) -> tuple[str, str]:
    if state == WHOLE:
        return CACHED, ""
    if state == DAMAGED:
        return DAMAGED, ""
    if not older:
        return NEW, ""
    nearest = min((list(differences(made, now)) for made in older), key=len)
    return STALE, "; ".join(nearest) or "the code of what is asked changed"


def differences(then: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    """One phrase for each setting, version and file in which two records of `made_of` differ.

    Arguments:
        then: the record of a kept result (`simulate.run.provenance.made_of`): settings, versions, files.
        now: the record of what would be measured.
    """
    for name, (old, new) in _changed(then["settings"], now["settings"]):
        yield f"setting {name} was {old[0] if old else 'not there'}, is {new[0] if new else 'not there'}"
    for name, (old, new) in _changed(_by_name(then["versions"]), _by_name(now["versions"])):
        yield f"version of {name} was {old}, is {new}"
    for name, (old, new) in _changed(then["files"], now["files"]):
        yield f"code {name} {'is new' if old is None else 'is gone' if new is None else 'changed'}"


def _changed(then: dict[str, Any], now: dict[str, Any]) -> Iterator[tuple[str, tuple[Any, Any]]]:
    """The names under which two mappings differ, with both values, or None."""
    for name in sorted(set(then) | set(now)):
        old, new = then.get(name), now.get(name)
        if (old[-1:] if isinstance(old, list) else old) != (new[-1:] if isinstance(new, list) else new):
            yield name, (old, new)


def _by_name(versions: list[str]) -> dict[str, str]:
    return dict(text.split(" ", 1) for text in versions)


def _older(store: Store, name: str) -> dict[str, list[dict[str, Any]]]:
    """Records of the results of one class, by what was asked."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for key in sorted(store, key=store.place):  # of each pack all at once
        asked, made_of = _record(store, key)
        if made_of and (made := json.loads(made_of))["class"] == name:
            found[asked].append(made)
    return found


def _record(store: Store, key: str) -> tuple[str, str]:
    """What a result says that it was asked and made of; nothing where it is damaged or does not say."""
    told = store.attributes(key)
    return str(told.get("asked", "")), str(told.get("made_of", ""))
