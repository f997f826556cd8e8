"""Reading plans, days and visits. Nothing here changes state."""

from app.planning.queries.candidates import Candidate as Candidate
from app.planning.queries.candidates import candidates as candidates
from app.planning.queries.day import day_view as day_view
from app.planning.queries.plans import PlanNotFound as PlanNotFound
from app.planning.queries.visits import VisitNotFound as VisitNotFound
