"""Which pages a reader may open: menus show no door that stays shut."""

from __future__ import annotations

from tracker import edge


def can_open(endpoint: str) -> bool:
    """Return whether the reader's roles open an endpoint."""
    access = edge.declared_access(endpoint)
    caller = edge.current_actor()
    if access is None:
        return False
    return access == edge.PUBLIC or (caller is not None and caller.is_any(access))
