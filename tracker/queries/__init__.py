"""Reads. The one place where an actor's sites bound what is seen."""
