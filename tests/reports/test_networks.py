"""The section on networks: what it says and shows is what its tables hold."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr
from scipy.special import softmax

from reports.section import Picture, Section, Table, section_page
from reports.sections import networks, networks_profiles
from reports.sections.networks import Tables, networks_body
from simulate.experiments.dimension.manifold import Manifold
from simulate.run.store import Store
from theory.laws.spectra import paper
from verify import expected_spectra

TIMES = np.geomspace(1e-4, 1e-1, 25)  # of which theory takes one in eight of unit-norm data: whole decades


def spectrum(tangent: int) -> np.ndarray:
    """-t J descending, (replica, probe, time, direction): `tangent` directions at 0.1 and the others at 0.9."""
    values = np.where(np.arange(30) < 30 - tangent, 0.9, 0.1)
    return np.broadcast_to(values, (2, 4, len(TIMES), 30))


def linear() -> xr.Dataset:
    """Of both laws: from every probe 2 directions of networks at N = 8 and 7 at N = 250, none of data, 7 of the law."""
    scales = np.sqrt(paper().variances)
    dims = ("point", "size", "replica", "probe", "time", "direction")
    both = np.ones((2, 1, 1, 1, 1, 1))
    manifold, rng = Manifold(), np.random.default_rng(0)
    laws = list(manifold.laws)
    return xr.Dataset(
        {
            "network": (dims, both * np.stack([spectrum(2), spectrum(7)])),
            "empirical": (dims, both * np.stack([spectrum(0), spectrum(0)])),
            "network_along": ((*dims[:-1], "coordinate"), both * np.stack([spectrum(2), spectrum(7)])[..., ::-1]),
            "limit": (("point", *dims[3:]), np.stack([spectrum(7)[0]] * 2)),
            "variances": (("point", "coordinate"), np.stack([scales**2] * 2)),
            "x": (("point", "probe", "coordinate"), [manifold.points(law, law.sample(1, rng)[0], rng) for law in laws]),
        },
        coords={
            "law": ("point", list(manifold.named)),
            "steps": ("point", [5000, 5000]),
            "size": [8, 250],
            "t": ("time", TIMES),
            "probe": list(manifold.probes),
        },
    )


def images(source: str = "one", sizes: tuple[int, int] = (5, 850)) -> xr.Dataset:
    network = np.zeros((1, 2, 2, 2, 1, 3)) + np.array([20.0, 48.0])[:, None, None, None, None]
    network[..., 0] += 3
    dims = ("point", "size", "half", "seen", "time", "query")
    return xr.Dataset(
        {
            "network": (dims, network),
            "empirical": (dims, np.zeros_like(network)),
            "effective_number": (dims, np.ones_like(network)),
            "held_out_loss": (dims[:3], np.full((1, 2, 2), 0.4)),
            "disagreement": (("point", "size", "time"), np.full((1, 2, 1), 0.25)),
            "alike": (("point", "size", "sample"), np.full((1, 2, 5), 0.75) + 0.1 * np.arange(5)),
            "d": ("point", [64]),
        },
        coords={
            "source": ("point", [source]),
            "size": list(sizes),
            "half": [0, 1],
            "seen": ["training", "held-out"],
            "t": ("time", [0.01]),
        },
    )


def architectures() -> xr.Dataset:
    dims = ("point", "size", "seen", "time", "query")
    dimension = np.arange(4.0).reshape(2, 2)[:, :, None, None, None] + np.zeros((2, 2, 2, 1, 3))
    return xr.Dataset(
        {
            "network": (dims, 10 + dimension),
            "effective_number": (dims, np.ones_like(dimension)),
            "train_loss": (("point", "size"), np.full((2, 2), 0.3)),
            "held_out_loss": (("point", "size"), 0.7 - np.arange(4.0).reshape(2, 2) / 10),
            "parameters": ("point", [1000, 2000]),
            **{name: (("point", "size"), np.zeros((2, 2))) for name in ("distance", "memorized", "memorized_held_out")},
        },
        coords={
            "kind": ("point", ["mlp", "unet"]),
            "width": ("point", [8, 4]),
            "size": [4, 64],
            "seen": ["training", "held-out"],
            "t": ("time", [0.01]),
        },
    )


def tuning() -> xr.Dataset:
    falling = np.array([45.0, 40.0, 17.0])[:, None, None, None, None, None]
    dims = ("point", "step", "seen", "time", "query", "size", "replica")
    return xr.Dataset(
        {"network": (dims, (falling + np.zeros((3, 2, 1, 3, 2, 2)))[None])},
        coords={
            "many": ("point", [1000]),
            "step": [0, 30, 1000],
            "seen": ["training", "held-out"],
            "t": ("time", [0.01]),
            "size": [2, 8],
            "replica": [0, 1],
        },
    )


EXPECTED = {
    "probes": [spectrum(0)[0, :, ::4].tolist(), spectrum(0)[0, :, ::8].tolist()],
    "sizes": spectrum(0)[:, 0, ::4].tolist(),
    "longer": spectrum(0)[:, 0].tolist(),
}


@pytest.fixture
def tables() -> Tables:
    return Tables(linear(), (images(), images("two", (2, 2000))), architectures(), tuning())


@pytest.fixture
def measured(tmp_path: Path) -> Path:
    """A folder with what benchmarks leave: speed of training, one set of images, networks trained longer."""
    speed = {"plain": {"network-steps per second": 90.0, "ratio": 1.0}, "8 at once": {"network-steps per second": 270.0, "ratio": 3.0}}  # noqa: E501  # fmt: skip
    losses = {"16 times": {"held-out loss": 0.41, "stderr": 0.002}}
    on = {"machine": {"processor": "some processor, 1 threads"}}
    (tmp_path / "training.json").write_text(json.dumps({**on, "tables": {"speed": speed, "loss": losses}}))
    about = {"command": "python -m benchmarks.images mine", "images": "mine: 9000 images of 8 x 8."}
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "mine.json").write_text(
        json.dumps({**about, **on, "table": images("mine", (4, 4000)).to_dict()})
    )
    longer = {"command": "python -m benchmarks.manifold", **on, "table": linear().isel(point=[0]).to_dict()}
    (tmp_path / "manifold.json").write_text(json.dumps(longer))
    return tmp_path


def test_says_what_the_tables_hold(tables: Tables, measured: Path) -> None:
    body = networks_body(tables, EXPECTED, "quick", measured)
    texts = [block for block in body if isinstance(block, str)]
    assert "trained for 200 to 1 200 steps" in texts[0]
    assert "not tested here" in texts[0]
    assert "that of the population is 0.5," in texts[1]
    assert "the data shows 0 directions (the theory says 0), the network 7." in texts[1]
    assert "At N = 8 the network shows 2." in texts[1]
    assert "0 at N = 8, 0.8 at N = 250" in texts[1]
    assert "5 000 steps: python -m benchmarks.manifold, on some processor, 1 threads. Of 7 directions above" in texts[2]
    assert "2 at N = 8, 7 at N = 250; the exact scores 0 at t = 0.01. Mean" in texts[2]
    assert "0.1 along sigma = 1 at N = 8, 0.9 along sigma = 0.3 at N = 8, 0.1 along" in texts[2]
    assert "0 at N = 8, 0.8 at N = 250" in texts[2]
    assert "one from 21 at N = 5 to 49 of 64 at N = 850; two from 21 at N = 2 to 49 of 64 at N = 2000" in texts[3]
    assert "mine: 9000 images of 8 x 8. Measured by: python -m benchmarks.images mine, on some processor" in texts[4]
    assert "mine from 21 at N = 4 to 49 of 64 at N = 4000" in texts[5]
    assert "it is 1 at every N" in texts[6]
    assert "rank correlation \N{MINUS SIGN}1 with" in texts[6]
    assert "from 45 before it to 17 at N = 2, 17 at N = 8 after 1000 steps" in texts[7]
    shown = [block for block in body if isinstance(block, Table)]
    assert [len(table.rows) for table in shown] == [6, 16, 6, 4, 2, 4, 4, 2]
    assert {row[0] for row in shown[1].rows} == {"Gaussian data", "unit-norm data"}
    assert {row[3:] for row in shown[1].rows} == {("0", "0", "7", "7")}
    assert "of unit-norm data networks show 7, exact scores 0, N infinite 7." in texts[1]
    assert shown[4].rows[0][:3] == ("mine", "4", "21")
    assert "30 below t = 0.0001, 7 below t = 0.09, 2 below t = 1." in shown[0].caption
    assert shown[0].rows[5] == ("250", "network", "7", "7", "7", "7")
    assert shown[7].rows[1] == ("8 at once", "270", "3")
    pictures = [block.plot for block in body if isinstance(block, Picture)]
    for picture in pictures[:2]:
        assert picture.alt.count("Theory 0, Exact score 0, Network 7") == 4
    assert "N = 8: Theory 0, Exact score 0, Network 2; N = 250: Theory 0, Exact score 0, Network 7" in pictures[2].alt
    assert "one from 21 at N = 5 to 49 of 64" in pictures[3].alt
    assert "mine from 21 at N = 4" in pictures[4].alt
    assert "from 45 to 17 at N = 2, 17 at N = 8" in pictures[5].alt
    section_page(Section("networks", "Networks", body))


def test_what_needs_the_full_profile_is_not_tested_in_quick() -> None:
    said = networks_profiles.untested()
    assert "not tested in quick" in said.head[2]
    assert said.rows[0][1:] == ("mlp 96; N = 8 to 20 000; 1 200 steps", "paper 128; N = 250 to 20 000; 2 000 000 steps")


def test_theory_is_kept_and_a_missing_benchmark_left_out(
    tables: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(networks, "observed", lambda run: tables)
    monkeypatch.setattr(networks, "spectra_of_probes", lambda linear: EXPECTED)
    monkeypatch.setattr(networks, "MEASURED", tmp_path / "none")
    run = SimpleNamespace(profile="full", seed=0, store=Store(tmp_path), progress=False)
    first = section_page(networks.section(run))
    monkeypatch.setattr(networks, "spectra_of_probes", None)
    assert section_page(networks.section(run)) == first
    assert sum(block["kind"] == "table" for block in first["blocks"]) == 4


@pytest.fixture(scope="module")
def few() -> xr.Dataset:
    """As `linear`, at the last and the first time."""
    return linear().isel(time=[24, 0])


def test_the_theory_of_a_training_point_is_that_of_memorized_data(few: xr.Dataset) -> None:
    found = expected_spectra.expected(few.isel(point=0), "training", 250)
    assert found.shape == (2, 30)
    assert (found[1] > 0.99).all()
    assert (np.diff(found) <= 0).all()


@pytest.mark.parametrize("point", [0, 1])
def test_the_theory_from_the_origin_is_the_mean_over_data_sets_that_hold_the_training_point(
    few: xr.Dataset, point: int
) -> None:
    row, t, n = few.isel(point=point), 0.1, 5
    law = Manifold().named[str(row.law.item())]
    found = expected_spectra.expected(row, "origin", n)[0]
    sets = law.sample(4000 * n, np.random.default_rng(0)).reshape(4000, n, 30)
    sets[:, 0] = row.x.sel(probe="training")
    weights = softmax(-(sets**2).sum(axis=-1) / (2 * t), axis=1)[..., None]
    centred = sets - (weights * sets).sum(axis=1, keepdims=True)
    mean = np.eye(30) - np.einsum("rni,rnj->ij", weights * centred, centred) / (4000 * t)
    np.testing.assert_allclose(found, np.linalg.eigvalsh(mean)[::-1], atol=0.06)
