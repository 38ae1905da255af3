"""More models that copy, for how often the probe tells them: recipes chosen before any of these models was trained.

Of the models of `benchmarks.specimens` too few copy. These are the recipes that had copied there and others near them:
few digits, trained long, with each objective and each network. A round has each recipe once, the cheapest first, on
digits and with weights of its own seed; rounds follow each other, and a run that is cut short is counted as far as it
came. A model that turns out not to copy is counted as one that does not.
"""

from benchmarks.small_models import Small
from benchmarks.specimens import COSTS, KINDS

RECIPES = (  # network, digits, steps of training
    ("perceptron", 10, 2000),
    ("perceptron", 20, 3000),
    ("perceptron", 20, 4000),
    ("perceptron", 50, 6000),
    ("unet", 20, 2000),
    ("transformer", 10, 4000),
)
ROUNDS = 6
FIRST, NEXT = 1000, 100  # seed of the first model of the first round, and from a round to the next


def copying() -> list[Small]:
    """All of them, round by round."""
    ordered = sorted(RECIPES, key=lambda recipe: COSTS[recipe[0]] * recipe[2])
    one = [(kind, *recipe) for recipe in ordered for kind in KINDS]
    return [Small(*given, FIRST + NEXT * turn + i) for turn in range(ROUNDS) for i, given in enumerate(one)]
