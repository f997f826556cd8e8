"""Between models and the solver's Problem and Plan: the only place that speaks both."""
