"""All hashes computed anew: of the archive, of an exported folder, of a WARC."""

from monitor.journeys.verify.exported import verify_exported
from monitor.journeys.verify.on_file import verify_archive
from monitor.journeys.verify.verified import Differing, Verified

__all__ = ["Differing", "Verified", "verify_archive", "verify_exported"]
