"""Reading, comparing, deciding: same input, same answer; no clock, network, disk or database."""
