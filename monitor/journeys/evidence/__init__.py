"""The evidence for a round, to take away: every page that shows its release, and what it led to.

As a folder that anybody can check with `sha256sum -c`, and as a WARC that other programs read.
"""

from monitor.journeys.evidence.export import Exported, export_evidence

__all__ = ["Exported", "export_evidence"]
