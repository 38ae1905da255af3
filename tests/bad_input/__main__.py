"""python -m tests.bad_input: every public call with bad arguments, one at a time, and as JSON what went wrong.

Not under pytest, where annotations are checked: users do without.
"""

import json
import os
import re
import signal
import sys
import time
import warnings
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import torch
import xarray as xr

from tests.bad_input.calls import CALLS, Call
from tests.bad_input.values import MAYBE
from theory.checks import NotComputable

LONGEST = 5  # seconds of the processor, and by the clock too, of a machine that is not busy
RIGHT = ("refused", "answered")


def cases(call: Call) -> Iterator[tuple[str, str, Any, bool]]:
    """Each argument with a bad value, its name, and whether it must be refused."""
    for argument, bad in call.bad.items():
        for name, value in bad.items():
            yield argument, name, value, True
        if {"nan", "inf", "text"} <= set(bad):
            yield from ((argument, name, value, False) for name, value in MAYBE.items() if name not in bad)


def outcome(call: Call, argument: str, value: Any, must: bool) -> tuple[str, str]:
    """`refused` or `answered`, or what is wrong, and the words of the refusal."""
    allowed(LONGEST)
    try:
        answer = call.function(**{**call.good, argument: value})
    except (ValueError, TypeError) as error:
        words = [argument, *call.says.get(argument, ())]
        if isinstance(error, NotComputable) and not must:  # a number that is right, and leaves the floats on the way
            words.append("arguments of")
        named = any(re.search(rf"\b{word}\b", str(error)) for word in words)
        return ("refused" if named else f"{type(error).__name__} without the name"), str(error)
    except Exception as error:
        return type(error).__name__, str(error)
    finally:
        allowed(0)
    if not finite(answer):
        return "not finite", ""
    return ("taken" if must else "answered"), ""


def finite(answer: Any) -> bool:
    """Whether all numbers in an answer are finite."""
    if isinstance(answer, torch.Tensor):
        return bool(torch.isfinite(answer).all())
    if isinstance(answer, xr.Dataset):
        return all(finite(variable.values) for variable in answer.variables.values())
    if isinstance(answer, np.ndarray | float | np.generic):
        array = np.asarray(answer)
        return array.dtype.kind not in "fc" or bool(np.isfinite(array).all())
    if isinstance(answer, list | tuple):
        return all(map(finite, answer))
    if is_dataclass(answer) and not isinstance(answer, type):
        return all(finite(getattr(answer, field.name, None)) for field in fields(answer))
    return True


def allowed(seconds: int) -> None:
    """Interrupt what follows after so many seconds of the processor, or of the clock of a busy machine; never for 0."""
    busy = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))  # how many jobs share a core
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, busy * seconds)


def out_of_time(*_: object) -> None:
    """What a call that takes too long is told."""
    raise RuntimeError(f"over {LONGEST} s")


def main() -> int:
    """Print the number of cases and those that went wrong, as JSON."""
    warnings.simplefilter("ignore")
    for kind in (signal.SIGALRM, signal.SIGPROF):
        signal.signal(kind, out_of_time)
    count, wrong, begun = 0, [], time.process_time()
    for call in CALLS:
        for argument, name, value, must in cases(call):
            found, said = outcome(call, argument, value, must)
            count += 1
            if found not in RIGHT:
                wrong.append([call.name, argument, name, found, said[:200]])
    print(json.dumps({"count": count, "seconds": time.process_time() - begun, "wrong": wrong}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
