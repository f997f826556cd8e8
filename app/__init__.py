"""Shifu: field-service dispatch for installers and repair technicians."""
