r"""The explorer: one HTML page that draws what each layer of the theory says, for settings that the reader chooses.

Curves against the noise variance t, of N points of Gaussian data with two variances seen from x: the effective number
:math:`1/\mathbb{E}\sum_\mu w_\mu^2`, :math:`-tJ` along both variances, and how many directions have it above 1/2.

    formulas.py    the formulas in force, printed from SymPy as JavaScript
    contour.js     averages over one level, by the contour integrals of `theory.exact`
    levels.js      exact averages over data sets at finite N and d
    models.js      the layers: paper, limit, exact average; linear denoiser, wide network
    page.js        controls, curves, table

The page fetches nothing. A test compares its values with those of `theory` to 1e-6.
"""

from reports.explorer.page import explorer_page, scripts

__all__ = ["explorer_page", "scripts"]
