"""Views: rebuilt from their labels, laws and points as their texts say."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
import xarray as xr

from simulate.experiments.view import LAWS, View, views
from theory.laws import LinearGaussian, Sphere, Torus, UnitNormGaussian
from verify.claims.views import each_view

TEXTS = ("gaussian 1*2 0.5", "unit-norm 1*2 0.5", "sphere 3", "torus 1*2 0.3", "hidden 1 4")


@pytest.mark.parametrize("law", TEXTS)
@pytest.mark.parametrize("query", ["origin", "typical", "training"])
def test_a_view_is_rebuilt_from_its_labels(law: str, query: str) -> None:
    view = View(law, query, 7, 0.5)
    assert View.of(view.point) == view
    data = view.draw(3, np.random.default_rng(0))
    assert data.shape == (3, 7, *view.x.shape)
    assert (data[:, 0] == view.x).all() == (query == "training")


def test_texts_say_which_law() -> None:
    kinds = [type(View(text, "origin", 2, 1.0).energy_law) for text in TEXTS[:4]]
    assert kinds == [LinearGaussian, UnitNormGaussian, Sphere, Torus]
    assert {text.split()[0] for text in TEXTS} == set(LAWS)
    np.testing.assert_array_equal(View(TEXTS[0], "origin", 2, 1.0).numbers, [1, 1, 0.5])


@pytest.mark.parametrize(("law", "length"), [("unit-norm 4*2 1", 1.0), ("sphere 3", 1.0), ("torus 3 4", 5.0)])
def test_typical_points_lie_on_the_manifold(law: str, length: float) -> None:
    assert np.linalg.norm(View(law, "typical", 2, 1.0).x) == pytest.approx(length)


def test_noised_points_are_typical_of_the_noised_law() -> None:
    np.testing.assert_allclose(View("gaussian 3 0", "noised", 2, 1.0).x, [2, -1])


def test_subspaces_are_the_blocks_of_the_text() -> None:
    assert [s.tolist() for s in View("gaussian 1*2 0.5 0.1*2", "origin", 2, 1.0).subspaces] == [[0, 1], [2], [3, 4]]
    assert [s.tolist() for s in View("torus 1*2 0.5", "origin", 2, 1.0).subspaces] == [[0, 2], [4]]


def test_one_view_for_each_time() -> None:
    assert [view.t for view in views("sphere 2", "typical", 5, (0.1, 0.2))] == [0.1, 0.2]


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (("flat 1", "origin", 3, 1.0), "law"),
        (("sphere 2", "here", 3, 1.0), "query"),
        (("sphere 2", "noised", 3, 1.0), "query"),
        (("sphere 2", "origin", 0, 1.0), "n"),
        (("sphere 2", "origin", 3, 0.0), "t"),
    ],
)
def test_bad_views_are_refused(arguments: tuple[str, str, int, float], name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name} must"):
        View(*arguments)


def test_predictions_are_made_once_for_rows_that_differ_in_time() -> None:
    calls = []

    def predict(view: View, t: np.ndarray, labels: Mapping[str, Any], factor: float = 1.0) -> np.ndarray:
        calls.append((view, labels["k"]))
        return factor * t * labels["k"]

    rows = [("sphere 2", 1, 0.1), ("sphere 3", 1, 0.1), ("sphere 2", 1, 0.2), ("sphere 2", 2, 0.3)]
    law, k, t = zip(*rows, strict=True)
    coords = {"law": ("point", np.array(law)), "k": ("point", np.array(k)), "t": ("point", np.array(t))}
    observed = xr.Dataset(coords={**coords, "query": ("point", ["origin"] * 4), "n": ("point", [5] * 4)})
    np.testing.assert_allclose(each_view(predict, factor=2.0)(observed), [0.2, 0.2, 0.4, 1.2])
    assert [(view.law, k) for view, k in calls] == [("sphere 2", 1), ("sphere 3", 1), ("sphere 2", 2)]


def test_held_out_points_are_the_same_in_every_run_and_displaced_ones_at_the_square_root_of_t() -> None:
    for law in TEXTS:
        np.testing.assert_array_equal(View(law, "held-out", 2, 1.0).x, View(law, "held-out", 9, 0.1).x)
        assert np.linalg.norm(View(law, "displaced", 2, 0.3).x) == pytest.approx(np.sqrt(0.3))
    assert np.linalg.norm(View("sphere 3", "held-out", 2, 1.0).x) == pytest.approx(1.0)
