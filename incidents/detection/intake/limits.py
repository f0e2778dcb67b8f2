"""So many requests a minute for each key of a sender."""

from incidents.buckets import Buckets

__all__ = ["Buckets", "refusals", "reports", "requests"]

requests = Buckets()
refusals = Buckets()
reports = Buckets()
