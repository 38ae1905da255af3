"""Local dimension against the number of images, on the sets of images that you have, kept for the report to draw.

python -m benchmarks.images fashion-mnist train-images-idx3-ubyte.gz --size 8        any file or folder of images
python -m benchmarks.images faces img_align_celeba/ --limit 20000 --crop 178 --size 16 --grey
python -m benchmarks.images digits                                                   those of scikit-learn

Each set is a file of its own in benchmarks/results/images, and all files there are in the report. Defaults are what two
cores do in minutes, at 8 x 8 pixels; a GPU takes --device cuda --architecture unet --width 64 --steps 200000.
"""

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from cyclopts import Parameter

from benchmarks.measure import Numbers, keep_table
from simulate.experiments.networks.images import DimensionOfImages
from simulate.experiments.networks.trained import Architecture
from simulate.images import Images, digits, load_images
from simulate.run.key import ROOT
from simulate.run.store import CannotWrite
from simulate.training import Diverged, Settings
from verify.door import Flag, Seed, door, refusing

RESULTS = ROOT / "benchmarks" / "results" / "images"
TIMES = (0.01,)  # variances: std = 0.1 of pixels in [0, 1]


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is measured, and of which images.

    Arguments:
        limit: the first images only.
        crop: the centre of each, so many pixels square.
        size: shrunk to so many pixels square.
        grey: without colours.
        sizes: numbers N of images, ascending.
        held_out: images that no network sees.
        queries: images at which the dimension is asked.
        architecture: the kind of network.
        width: of the network.
        steps: of training.
        rate: of training.
        seed: of all random numbers.
        device: where networks are trained, as torch names it.
        out: folder for NAME.json.
    """

    limit: int | None = None
    crop: int | None = None
    size: int | None = None
    grey: Flag = False
    sizes: Numbers = (4, 13, 40, 130, 400, 1300, 4000)
    held_out: int = 200
    queries: int = 16
    architecture: Literal["mlp", "unet", "transformer", "paper"] = "mlp"
    width: int = 128
    steps: int = 6000
    rate: float = 2e-3
    seed: Seed = 0
    device: str = "cpu"
    out: Path = RESULTS


DEFAULTS = Asked()


def experiment(images: Images, asked: Asked) -> DimensionOfImages:
    """The experiment on some images.

    Arguments:
        images: the images.
        asked: what is measured of them.

    Raises:
        ValueError: where the images are too few.
    """
    return DimensionOfImages(
        seed=asked.seed,
        images=images,
        sizes=asked.sizes,
        times=TIMES,
        queries=asked.queries,
        held_out=asked.held_out,
        architecture=Architecture(asked.architecture, asked.width),
        training=Settings(steps=asked.steps, rate=asked.rate, longest=10.0**2),
        device=asked.device,
    )


def load(name: str, path: Path | None, asked: Asked) -> Images:
    """The images, under the name that they have in the report.

    Arguments:
        name: of the set, in the report.
        path: a file or folder of images; scikit-learn's digits where None.
        asked: how they are prepared.

    Raises:
        UnreadableData: where the path holds no images.
    """
    if path is None:
        return replace(digits(), source=name)
    images = load_images(path, limit=asked.limit, crop=asked.crop, size=asked.size, grey=asked.grey)
    return replace(images, source=name)


def main(arguments: list[str] | None = None) -> int:
    """Measure, and write NAME.json; 0, or 2 after one sentence about bad input."""
    given = sys.argv[1:] if arguments is None else arguments

    @refusing(ValueError, CannotWrite, Diverged)
    def measure(name: str, path: Path | None = None, /, *, asked: Asked = DEFAULTS) -> int:
        """Measure, and write NAME.json.

        Arguments:
            name: of the set, in the report.
            path: file or folder (default: scikit-learn's digits).
        """
        images = load(name, path, asked)
        table = experiment(images, asked).run()
        keep_table(asked.out / f"{name}.json", table, "images", given, images=images.description)
        return 0

    return door("python -m benchmarks.images", measure, __doc__)(arguments)


if __name__ == "__main__":
    sys.exit(main())
