"""The invariants of the policies: one version a day, each confirmed by a second person."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tracker.queries.verify import said


def policies_agree(session: Session) -> list[str]:
    """No two versions of one name, scope and day; each but the shipped ones is as it was confirmed.

    A shipped version is the chain's first of its name, and has no proposal.
    """
    return [
        *said(
            session,
            "SELECT name, scope, target, effective_from FROM policy "
            "GROUP BY name, scope, target, effective_from HAVING COUNT(*) > 1",
            "policy {0} has several versions for {1} {2} from {3}",
        ),
        *said(
            session,
            "SELECT p.id, p.name FROM policy p JOIN policy_proposal c ON c.id = p.proposal_id "
            "WHERE c.verdict IS NULL OR c.verdict <> 'confirmed' OR c.answered_by_id = c.by_id "
            "OR c.name <> p.name OR c.scope <> p.scope OR c.target <> p.target "
            "OR c.value <> p.value OR c.effective_from <> p.effective_from",
            "version {0} of policy {1} is not as a second person confirmed it",
        ),
        *said(
            session,
            "SELECT p.id, p.name FROM policy p WHERE p.proposal_id IS NULL AND (p.scope <> 'chain' "
            "OR EXISTS (SELECT 1 FROM policy e WHERE e.name = p.name AND e.scope = 'chain' "
            "AND e.effective_from < p.effective_from))",
            "version {0} of policy {1} was confirmed by nobody",
        ),
        *said(
            session,
            "SELECT c.id, c.name FROM policy_proposal c WHERE c.verdict = 'confirmed' "
            "AND (SELECT COUNT(*) FROM policy p WHERE p.proposal_id = c.id) <> 1",
            "the confirmed change {0} of policy {1} has not one version",
        ),
    ]
