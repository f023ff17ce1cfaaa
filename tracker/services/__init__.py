"""Verbs: the only writers. One function changes state, keeps history and posts money together."""
