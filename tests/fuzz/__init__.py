"""Fuzzing of the way from bytes to a readout; run by `make fuzz`, never by `make test`."""
