"""Points, noise and times of a step: each from its own generator, whatever else is asked."""

import pytest
import torch

from simulate.networks import (
    Affine,
)
from simulate.training import Settings
from simulate.training.draws import HELD, Draws
from tests.simulate.training.test_training import SHORT, SIZES, started


def test_every_epoch_takes_each_point_once_in_a_new_order() -> None:
    draws = Draws(SHORT, [0, 1, 2], SIZES)
    for member, (size, start) in enumerate(zip(SIZES, (0, 5, 45), strict=True)):
        stream = torch.cat([draws.rows(step)[member] for step in range(60)])[: 960 // size * size].view(-1, size)
        assert torch.equal(stream.sort(dim=1).values, torch.arange(start, start + size).expand_as(stream))
        assert len(torch.unique(stream, dim=0)) > 1


def test_orders_of_epochs_are_uniform() -> None:
    draws = Draws(Settings(batch=6, times=1), range(3000), [3] * 3000)
    epochs = torch.stack([draws.rows(0), draws.rows(1)], dim=1).view(3000, 4, 3) % 3
    codes = (epochs * torch.tensor([9, 3, 1])).sum(dim=2)
    for epoch in range(4):
        counts = torch.unique(codes[:, epoch], return_counts=True)[1]
        assert len(counts) == 6
        assert ((counts - 500).abs() < 5 * 500**0.5).all()
    assert (codes[:, 0] == codes[:, 1]).double().mean().item() == pytest.approx(1 / 6, abs=0.04)
    assert (codes[:, 1] == codes[:, 2]).double().mean().item() == pytest.approx(1 / 6, abs=0.04)


def test_order_of_data_does_not_depend_on_what_was_asked_before() -> None:
    walked, anew = (Draws(SHORT, [0, 1, 2], SIZES) for _ in range(2))
    for step in range(20):
        expected = walked.rows(step)
    assert torch.equal(anew.rows(19), expected)


def test_noise_of_a_step_is_its_own_wherever_a_block_ends() -> None:
    length = HELD // (16 * 6)
    walked = Draws(SHORT, [0, 1, 2], SIZES)
    steps = [0, 1, length - 1, length, length + 1, 0]
    seen = [walked.noise(step, 6) for step in steps]
    for step, (times, noise) in zip(steps, seen, strict=True):
        alone = Draws(SHORT, [1], SIZES[1:2]).noise(step, 6)
        assert torch.equal(times[1], alone[0][0])
        assert torch.equal(noise[1], alone[1][0])
    assert (
        len({noise.numpy().tobytes() for _, noise in seen}) == len({times.numpy().tobytes() for times, _ in seen}) == 5
    )


def test_one_time_in_each_interval_of_its_logarithm() -> None:
    settings = Settings(batch=8, times=8, shortest=1e-4, longest=1e4)
    draws = Draws(settings, range(500), [1] * 500)
    times, noise = draws.noise(3, 5)
    places = (times.log10() + 4) / 8
    assert torch.equal((places * 8).floor(), torch.arange(8.0).expand(500, 8))
    assert ((places * 8) % 1).std().item() == pytest.approx(12**-0.5, abs=0.01)
    assert noise.shape == (500, 8, 5)
    assert noise.std().item() == pytest.approx(1, abs=0.02)
    assert noise.mean(dim=(1, 2)).std().item() == pytest.approx(40**-0.5, rel=0.2)


def test_shuffled_labels_are_the_times_of_the_batch_in_another_order() -> None:
    settings = Settings(batch=8, times=4, shuffled=True)
    draws = Draws(settings, range(4000), [1] * 4000)
    times, _ = draws.noise(3, 5)
    told = draws.told(3, times)
    assert torch.equal(told.sort(dim=1).values, times)
    kept = (told == times).double().mean(dim=0)  # in random order: each in its place one time in four
    assert ((kept - 1 / 4).abs() < 5 * (3 / 16 / 4000) ** 0.5).all()
    assert not torch.equal(draws.told(4, times), told)
    assert torch.equal(Draws(Settings(batch=8, times=4), [0], [1]).told(3, times[:1]), times[:1])


def test_shuffled_labels_are_what_the_network_is_told() -> None:
    """An affine network takes t at its word: told another one it errs at the first step, on the same points."""
    first = {}
    for shuffled in (False, True):
        settings = Settings(batch=32, times=16, shortest=1e-4, longest=1e4, shuffled=shuffled)
        _, first[shuffled] = next(iter(started(settings, lambda: Affine(6))))
    assert (first[True] > 3 * first[False]).all()
