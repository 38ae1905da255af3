"""Any figure by its name, as a file for a paper, with its data beside: `losing-dimensions figure NAME --out FILE`.

The claims of the ledger have a figure each, called as they are; `digits` and `learned` are those of the README. What
the store holds is not computed again. PDF and PNG are made from the SVG by Typst: the same table gives the same bytes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, cast

import xarray as xr
from cyclopts import Parameter

from reports.figures.plot import Plot
from simulate.run.store import CannotWrite, Store, write_atomic
from theory.checks import choice
from verify.claim import Claim
from verify.door import Flag, Profile, Seed, refusing

KINDS = (".pdf", ".svg", ".png")
DOTS = 300.0  # per inch, of a PNG
ONE_FIGURE = b"""#set page(width: auto, height: auto, margin: 2pt)
#set document(title: sys.inputs.title)
#image(bytes(sys.inputs.svg), format: "svg", alt: sys.inputs.alt)
"""


@dataclass(frozen=True)
class Drawn:
    """A figure with the tables that it shows, by what follows the name in that of their file.

    Arguments:
        plot: the figure.
        tables: each by what follows the name of the figure in that of its file.
    """

    plot: Plot
    tables: dict[str, xr.Dataset]


@refusing(ValueError, CannotWrite, OSError)
def figure(
    name: str = "",
    *,
    out: Path | None = None,
    data: Literal["nc", "csv"] = "nc",
    profile: Profile = "quick",
    seed: Seed = 0,
    claims: Path | None = None,
    listed: Annotated[Flag, Parameter(name="--list")] = False,
) -> int:
    """A figure of the report or the README as PDF, SVG or PNG, with its data as netCDF or CSV.

    Args:
        name: a claim, or digits or learned, the figures of the README.
        out: a file that ends in .pdf, .svg or .png (default: NAME.pdf).
        data: nc or csv: the file of the same name with what the figure shows.
        profile: size of the experiments.
        seed: an integer >= 0.
        claims: folder of files with claims of your own, in place of those of the ledger.
        listed: print the names of all figures instead.
    """
    known = ledger(claims)
    if listed:
        print(*names(known), sep="\n")
        return 0
    if not name:
        raise ValueError("name must be that of a figure: `losing-dimensions figure --list` prints them")
    choice("name", name, names(known))
    path = out or Path(f"{name}.pdf")
    choice("out", path.suffix, KINDS)
    print(*written(drawn(name, profile, seed, Store(), claims=known), path, data, name), sep="\n")
    return 0


def ledger(folder: Path | None = None) -> tuple[Claim, ...]:
    """The claims in the files of a folder; those of the ledger where there is none."""
    from verify.claim_files import claims_in
    from verify.ledger import CLAIMS

    return claims_in(folder) if folder else CLAIMS


def names(claims: Sequence[Claim] | None = None) -> tuple[str, ...]:
    """Every figure that there is, of these claims or of those of the ledger."""
    return (*README, *(claim.name for claim in (ledger() if claims is None else claims)))


def drawn(
    name: str, profile: str, seed: int, store: Store, progress: bool = True, claims: Sequence[Claim] | None = None
) -> Drawn:
    """The figure of that name; what the store lacks is measured.

    Arguments:
        name: one of `names`.
        profile: "quick" or "full".
        seed: an integer >= 0.
        store: where results are kept.
        progress: whether the time that is left is shown.
        claims: where the claim is looked for; in the ledger, if not told.
    """
    if name in README:
        return README[name](profile, seed, store, progress)
    from reports.figures.claim import claim_figure
    from verify.run import run_claim

    claim = next(claim for claim in (ledger() if claims is None else claims) if claim.name == name)
    table = run_claim(claim, profile, seed, store, progress)
    return Drawn(claim_figure(claim, table), {"": table})


def digits_figure(profile: str, seed: int, store: Store, progress: bool) -> Drawn:
    """Participation ratio of scikit-learn's digits against time, measured and predicted.

    Arguments:
        profile: "quick" or "full".
        seed: of all random numbers, an integer >= 0.
        store: where results are kept.
        progress: show on stderr how far along it is.
    """
    from reports.sections.real import participation_figure
    from simulate.experiments.real import RealData
    from simulate.images import digits
    from verify.data.comparison import comparison, gaussian_prediction

    real = RealData.of(digits(), seed=seed)
    compared = comparison(real.run(store, progress), gaussian_prediction(real).run(store, progress))
    return Drawn(participation_figure(compared), {"": compared})


def learned_figure(profile: str, seed: int, store: Store, progress: bool) -> Drawn:
    """What four model classes show along directions of two variances, against N.

    Arguments:
        profile: "quick" or "full".
        seed: of all random numbers, an integer >= 0.
        store: where results are kept.
        progress: show on stderr how far along it is.
    """
    from reports.sections.learned import directions, directions_figure

    observed, lines = directions(profile, seed, store, progress)
    return Drawn(directions_figure(observed, lines), {"": observed, "-lines": lines})


README: dict[str, Callable[[str, int, Store, bool], Drawn]] = {"digits": digits_figure, "learned": learned_figure}


def written(figure: Drawn, out: Path, data: str, title: str) -> list[Path]:
    """Write the figure to `out`, and its tables beside it; the paths of all.

    Arguments:
        figure: the figure with its tables.
        out: the file of the figure.
        data: "nc" or "csv", how its tables are written.
        title: the title in the file.
    """
    files: dict[Path, bytes | str] = {out: picture(figure.plot, out.suffix, title)}
    for part, table in figure.tables.items():
        path = out.with_name(f"{out.stem}{part}.{data}")
        files[path] = table.to_dataframe().to_csv() if data == "csv" else bytes(table.to_netcdf(engine="h5netcdf"))
    for path, content in files.items():
        write_atomic(path, content, remedy="name another file with --out")
    return [path.resolve() for path in files]


def picture(plot: Plot, suffix: str, title: str = "") -> bytes:
    """The bytes of a figure as .svg, .pdf or .png.

    Arguments:
        plot: the figure.
        suffix: ".svg", ".pdf" or ".png".
        title: the title in the file.
    """
    if suffix == ".svg":
        return plot.svg.encode()
    import typst

    inputs = {"svg": plot.svg, "alt": plot.alt, "title": title}
    kind = cast("Literal['pdf', 'png']", suffix[1:])
    compiler = typst.Compiler(ONE_FIGURE, ignore_system_fonts=True, sys_inputs=inputs)
    return cast("bytes", compiler.compile(format=kind, timestamp=0, ppi=DOTS))
