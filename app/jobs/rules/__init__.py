"""Pure computation of jobs: what an order is, what blocks a job, what a message says."""
