"""How many right guesses luck alone explains. Pure."""

import math

# Of everything tried together, luck comes beyond its limit less often than this.
ALARM = 0.001


def luck(expected: float, tries: int) -> int:
    """The Poisson quantile at 1 - ALARM over the number of tries."""
    return poisson_quantile(expected, 1 - ALARM / max(1, tries))


def poisson_quantile(mean: float, share: float) -> int:
    """How many are not exceeded with the probability ``share``, which is below 1."""
    # Each term by itself: with a large mean the first ones are too small for a float.
    count, total = 0, math.exp(-mean)
    # Sums that rounding keeps below the share end where no term is left to add.
    most = mean + 40 * math.sqrt(mean) + 40
    while total < share and count < most:
        count += 1
        total += math.exp(count * math.log(mean) - mean - math.lgamma(count + 1))
    return count
