"""Mending a plan that events have overtaken: an absence, an urgent job, an overrun, late goods."""

from solver.repair.disruption import Disruption as Disruption
from solver.repair.disruption import disturbed as disturbed
from solver.repair.mending import changes as changes
from solver.repair.mending import repair as repair
from solver.repair.resuming import resume as resume
from solver.repair.resuming import taken_up as taken_up
