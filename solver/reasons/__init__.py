"""Why a job is left out, found by trying, and what would change that at what price."""

from solver.reasons.inquiry import Inquiry as Inquiry
from solver.reasons.inquiry import left_out as left_out
from solver.reasons.qualified import why_not as why_not
