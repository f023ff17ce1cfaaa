"""Forms: what a person fills in, read into the fields of a service."""
