"""The outside world we read from: USTR's press pages over HTTP, and folders of saved pages.

Everything that touches the network lives here, behind one polite client. What a page means is
decided in `monitor.core`; here it is only fetched, whole and in time, or refused by name.
"""
