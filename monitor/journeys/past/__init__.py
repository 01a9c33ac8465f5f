"""The past, taken in through the same intake as the present, announcing nothing.

From the live listing, or from a folder of saved pages. Each release is a commit of its own: stop
and start again at will.
"""
