"""One page: keep it, read it, judge it, file it, perhaps announce it.

The page is kept first, whatever it turns out to say. Then everything that follows from it (readout,
comparisons, digest, a delivery for each reader) is filed in one commit. What is not understood
opens an issue, changes nothing on file and mails nobody.
"""

from monitor.journeys.intake.arrival import Arrival, RoundOf, Taken
from monitor.journeys.intake.taking import keep, take_in
from monitor.journeys.intake.understanding import understand

__all__ = ["Arrival", "RoundOf", "Taken", "keep", "take_in", "understand"]
