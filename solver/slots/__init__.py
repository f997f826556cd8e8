"""Appointment slots on offer for a job, against a plan that stands."""

from solver.slots.asking import read_job as read_job
from solver.slots.asking import slots as slots
from solver.slots.index import SlotIndex as SlotIndex
from solver.slots.slot import Slot as Slot
