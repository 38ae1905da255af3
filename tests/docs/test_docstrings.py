"""What `help()` says of the public names: each argument by its name, and the names of the contract in their homes."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from types import FunctionType, ModuleType
from typing import Any

import pytest

HOUSES = ("theory", "simulate", "verify", "reports", "benchmarks", "examples")
UNASKED = {
    "benchmarks.small_models",  # its text is in the key of networks that take hours to train
    *("examples.diffusers_flow", "examples.diffusers_unet"),  # of a package that is not installed for tests
}
HOMES = {
    "theory.limits": ("r4", "omega_squared", "condensation_time", "effective_number"),
    "theory.exact": ("participation_ratio", "log_partition", "mean_score", "score_variance", "mean_jacobian"),
    "theory.laws": ("LinearGaussian", "Sphere", "Torus"),
    "theory.case": ("Case",),
    "theory.learned.linear": ("renormalized_noise", "mean_jacobian"),
    "simulate.engine": ("empirical_score", "posterior", "phase_diagram"),
    "simulate.dimension": ("local_dimension", "EmpiricalScore", "PopulationScore"),
    "simulate.images": ("load_images", "as_images", "digits"),
    "simulate.sampling": ("clones",),
    "simulate.adapters": ("from_velocity", "from_noise", "from_data", "from_v", "from_score", "from_diffusers"),
    "verify.ledger": ("CLAIMS",),
    "verify.probe": ("probe",),
    "verify.data": ("audit",),
}
SILENT = re.compile(r"\.(__main__|conftest|test_\w+)$")
FEWEST = 2  # arguments from which on each of them is described
NAMES = re.compile(r"^ {4}(\*{0,2}\w+(?:, \*{0,2}\w+)*):", re.MULTILINE)
BLOCK = re.compile(r"^(?:Arguments|Args):\n((?: {4}.*\n?)+)", re.MULTILINE)


def rooms(house: str) -> list[str]:
    """What lies directly in a house, but for commands, and for tests, whose arguments are fixtures."""
    path = importlib.import_module(house).__path__
    found = {room.name for room in pkgutil.iter_modules(path, f"{house}.")}
    return sorted(name for name in found - UNASKED if not SILENT.search(name))


def modules(name: str) -> Iterator[ModuleType]:
    """A module, or a package with all that lies in it."""
    module = importlib.import_module(name)
    yield module
    for found in rooms(name) if hasattr(module, "__path__") else ():
        yield from modules(found)


def public(module: ModuleType) -> Iterator[tuple[str, Callable[..., Any]]]:
    """The functions, classes and methods that a module defines, by their names."""
    for name, value in vars(module).items():
        if name.startswith("_") or getattr(value, "__module__", None) != module.__name__:
            continue
        if inspect.isfunction(value) or is_described(value):
            yield name, value
        if inspect.isclass(value):
            yield from ((f"{name}.{method}", getattr(value, method)) for method in methods(value))


def is_described(value: Any) -> bool:
    """Classes say what they are made of, but for errors and protocols, and for those that add nothing of their own."""
    made = inspect.isclass(value) and {"__init__", "__new__"} & vars(value).keys()
    return bool(made) and not issubclass(value, BaseException) and not getattr(value, "_is_protocol", False)


def methods(found: type) -> list[str]:
    kinds = (FunctionType, classmethod, staticmethod)
    own = {name: value for name, value in vars(found).items() if not name.startswith("_") and isinstance(value, kinds)}
    return [name for name, value in own.items() if value.__name__ == name]  # a default of a field has another name


def parameters(value: Callable[..., Any]) -> list[str]:
    names = inspect.signature(value).parameters
    return [name for name in names if name not in ("self", "cls") and not name.startswith("_")]


def described(value: Callable[..., Any]) -> set[str]:
    """The names in the block of arguments of a docstring."""
    block = BLOCK.search(inspect.getdoc(value) or "")
    listed = NAMES.findall(block[1]) if block else []
    return {name.strip().lstrip("*") for names in listed for name in names.split(",")}


@pytest.mark.parametrize("name", [room for house in HOUSES for room in rooms(house)])
def test_every_argument_is_described(name: str) -> None:
    unsaid = {
        f"{module.__name__}.{where}": missing
        for module in modules(name)
        for where, value in public(module)
        if len(asked := parameters(value)) >= FEWEST and (missing := set(asked) - described(value))
    }
    assert unsaid == {}


@pytest.mark.parametrize("home", HOMES)
def test_names_of_the_contract_are_in_their_homes(home: str) -> None:
    module = importlib.import_module(home)
    lacking = [name for name in HOMES[home] if not hasattr(module, name)]
    silent = [name for name in HOMES[home] if name != "CLAIMS" and not inspect.getdoc(getattr(module, name))]
    assert lacking + silent == []


def test_an_argument_that_is_not_described_is_found() -> None:
    def of(x: float, scale: float) -> float:
        """A product.

        Arguments:
            x: the first factor.
        """
        return x * scale

    assert set(parameters(of)) - described(of) == {"scale"}
