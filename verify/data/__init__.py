r"""At which noise does a score of these data condense, and how many points would move it?

losing-dimensions data PATH [--below STD] [--points N] [--out DIR]
print(report(audit(data, sizes=(100_000,), below=0.05)))                 # the same from Python

contents.py      number, range, copies, intrinsic dimension
mixtures.py      mixtures of low-rank Gaussians, by expectation and maximization
fit.py           the one that held-out points choose, in the leading principal axes
held_out.py      noised points that are none of the data, and the half-condensation time
energies.py      energies of the data seen from these, at every noise
measured.py      that time, measured at the data's own N and at parts of it
neighbours.py    how much closer than those of the law neighbours in the data may come with more of them
prediction.py    that time at any N, from the law, with its interval
curves.py        the participation ratio against the noise, measured and predicted
directions.py    which directions are lost first
learned.py       what the linear denoiser, a learned score, does at a noise of yours
audit.py         all of this; answer.py puts it in sentences; judged.py holds predictions against larger data
comparison.py    one Gaussian beside the digits of the report
"""

from verify.data.answer import as_json, report
from verify.data.audit import Audit, audit

__all__ = ["Audit", "as_json", "audit", "report"]
