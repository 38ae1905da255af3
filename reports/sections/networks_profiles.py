"""What each profile trains, in words: which one is shown, and what it leaves untested."""

from collections.abc import Sequence
from typing import Any

from reports.section import Table
from reports.typesetting.words import comma, count
from simulate.experiments.networks import architectures as networks_architectures
from simulate.experiments.networks import images as networks_images
from simulate.experiments.networks import linear as networks_linear
from simulate.experiments.networks import tuning as networks_tuning
from simulate.experiments.networks.trained import Architecture


def experiments(profile: str) -> dict[str, tuple[Any, ...]]:
    """The experiments of a profile, by their names in `Tables`."""
    full = profile == "full"
    return {
        "linear": (networks_linear.PROFILES[profile],),
        "images": networks_images.full() if full else networks_images.quick(),
        "architectures": (networks_architectures.Architectures() if full else networks_architectures.quick(),),
        "tuning": (networks_tuning.FineTuning() if full else networks_tuning.quick(),),
    }


def introduction(profile: str) -> str:
    """Which profile is shown, and how long it trains."""
    steps = {name: each[0].training.steps for name, each in experiments(profile).items()}
    of_paper = networks_linear.PROFILES["full"].training.steps
    if steps["linear"] == of_paper:
        others = sorted({n for name, n in steps.items() if name != "linear"})
        return (
            f"This is the {profile} profile: the paper's network and its {count(of_paper)} steps on the linear "
            f"manifold, {' or '.join(map(count, others))} steps on images."
        )
    return (
        f"This is the {profile} profile: small networks, preconditioned as in EDM, trained for "
        f"{count(min(steps.values()))} to {count(max(steps.values()))} steps. "
        f"What needs the {count(of_paper)} steps of the paper is not tested here."
    )


def untested() -> Table:
    """What the quick profile leaves to the full one."""
    asked = {
        "linear": "Spectra on the linear manifold",
        "images": "Dimension against N",
        "architectures": "Architectures",
        "tuning": "Fine-tuning",
    }
    quick, full = experiments("quick"), experiments("full")
    return Table(
        ("Experiment", "Quick profile: this run", "Full profile: not tested in quick"),
        tuple((title, _trained(quick[name][-1]), _trained(full[name][-1])) for name, title in asked.items()),
        "What each profile trains. No result of this section speaks for what stands in the last column: it takes a GPU "
        "and python -m reports.build --profile full.",
    )


def _trained(one: Any) -> str:
    """What an experiment trains, in words."""
    networks = getattr(one, "architectures", None) or (one.architecture,)
    kinds = comma(f"{kind} {comma(widths)}" for kind, widths in _widths(networks).items())
    sizes = one.sizes
    return f"{kinds}; N = {sizes[0]} to {count(sizes[-1])}; {count(one.training.steps)} steps"


def _widths(networks: Sequence[Architecture]) -> dict[str, list[str]]:
    """Widths by kind, in order."""
    found: dict[str, list[str]] = {}
    for each in networks:
        found.setdefault(each.kind, []).append(str(each.width))
    return found
