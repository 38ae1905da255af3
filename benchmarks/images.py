"""Local dimension against the number of images, on the sets of images that you have, kept for the report to draw.

python -m benchmarks.images fashion-mnist train-images-idx3-ubyte.gz --size 8        any file or folder of images
python -m benchmarks.images faces img_align_celeba/ --limit 20000 --crop 178 --size 16 --grey
python -m benchmarks.images digits                                                   those of scikit-learn

Each set is a file of its own in benchmarks/results/images, and all files there are in the report. Defaults are what two
cores do in minutes, at 8 x 8 pixels; a GPU takes --device cuda --architecture unet --width 64 --steps 200000.
"""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from benchmarks.measure import keep_table
from simulate.experiments.networks.images import DimensionOfImages
from simulate.experiments.networks.trained import KINDS, Architecture
from simulate.images import Images, digits, load_images
from simulate.run.key import ROOT
from simulate.run.store import CannotWrite
from simulate.training import Diverged, Settings

RESULTS = ROOT / "benchmarks" / "results" / "images"
TIMES = (0.01,)  # variances: std = 0.1 of pixels in [0, 1]
SIZES = (4, 13, 40, 130, 400, 1300, 4000)


def experiment(images: Images, options: argparse.Namespace) -> DimensionOfImages:
    """The experiment on these images. Raises ValueError where they are too few."""
    return DimensionOfImages(
        seed=options.seed,
        images=images,
        sizes=tuple(options.sizes),
        times=TIMES,
        queries=options.queries,
        held_out=options.held_out,
        architecture=Architecture(options.architecture, options.width),
        training=Settings(steps=options.steps, rate=options.rate, longest=10.0**2),
        device=options.device,
    )


def load(options: argparse.Namespace) -> Images:
    """The images, under the name that they have in the report. Raises UnreadableData."""
    if options.path is None:
        return replace(digits(), source=options.name)
    prepared = {name: getattr(options, name) for name in ("limit", "crop", "size", "grey")}
    return replace(load_images(options.path, **prepared), source=options.name)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(
        prog="python -m benchmarks.images", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("name", help="of the set, in the report")
    made.add_argument("path", nargs="?", type=Path, help="file or folder (default: scikit-learn's digits)")
    made.add_argument("--limit", type=int, help="the first images only")
    made.add_argument("--crop", type=int, help="the centre of each, so many pixels square")
    made.add_argument("--size", type=int, help="shrunk to so many pixels square")
    made.add_argument("--grey", action="store_true")
    made.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers N of images, ascending")
    made.add_argument("--held-out", type=int, default=200)
    made.add_argument("--queries", type=int, default=16, help="images at which the dimension is asked")
    made.add_argument("--architecture", default="mlp", choices=tuple(KINDS))
    made.add_argument("--width", type=int, default=128)
    made.add_argument("--steps", type=int, default=6000)
    made.add_argument("--rate", type=float, default=2e-3)
    made.add_argument("--seed", type=int, default=0)
    made.add_argument("--device", default="cpu")
    made.add_argument("--out", type=Path, default=RESULTS, help="folder for NAME.json")
    return made


def main(given: list[str] | None = None) -> int:
    """Measure, and write NAME.json; 0, or 2 after one sentence about bad input."""
    given = sys.argv[1:] if given is None else given
    options = parser().parse_args(given)
    try:
        images = load(options)
        table = experiment(images, options).run()
        keep_table(options.out / f"{options.name}.json", table, "images", given, images=images.description)
    except (ValueError, CannotWrite, Diverged) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
