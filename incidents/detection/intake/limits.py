"""So many requests a minute for each key of a sender, over all processes."""

from incidents.allowance import Allowance

requests = Allowance("source")
refusals = Allowance("refused")
reports = Allowance("report")
