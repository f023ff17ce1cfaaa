"""Who acts: roles, and the actor whom every service receives as an argument."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.domain.named import NamedEnum


class Role(NamedEnum):
    """The roles of the chain. A role never carries the rights of another but by ``INCLUDES``."""

    STORE_STAFF = "store_staff", "店员", "Store staff"
    LIAISON = "liaison", "对接人", "Liaison"
    STORE_MANAGER = "store_manager", "店长", "Store manager"
    REGION = "region", "区域", "Region"
    CLERK = "clerk", "售后文员", "After-sales clerk"
    ASSESSOR = "assessor", "鉴定员", "Assessor"
    REPAIRER = "repairer", "维修工", "Repairer"
    SUPERVISOR = "supervisor", "售后主管", "After-sales supervisor"
    QA = "qa", "QA 管理部", "Quality assurance"
    BUSINESS = "business", "业务部", "Business department"
    LOGISTICS = "logistics", "物流部经理", "Logistics manager"
    VICE_PRESIDENT = "vice_president", "生产副总", "Production vice-president"
    WAREHOUSE = "warehouse", "总仓", "Main warehouse"
    ADMINISTRATION = "administration", "行政", "Administration (witness)"
    FINANCE = "finance", "财务", "Finance"
    SUPPLIER = "supplier", "供应商", "Supplier"
    AUDITOR = "auditor", "审计", "Auditor"
    ADMINISTRATOR = "administrator", "系统管理员", "Administrator"


INCLUDES: dict[Role, frozenset[Role]] = {
    Role.STORE_MANAGER: frozenset({Role.STORE_STAFF}),
    Role.LIAISON: frozenset({Role.STORE_STAFF}),
    Role.SUPERVISOR: frozenset({Role.CLERK}),
}
"""A manager may do what store staff may, a supervisor what a clerk may."""

STORE_ROLES = frozenset({Role.STORE_STAFF, Role.LIAISON, Role.STORE_MANAGER})
CHAIN_ROLES = frozenset(
    {
        Role.CLERK,
        Role.ASSESSOR,
        Role.REPAIRER,
        Role.SUPERVISOR,
        Role.QA,
        Role.BUSINESS,
        Role.LOGISTICS,
        Role.VICE_PRESIDENT,
        Role.WAREHOUSE,
        Role.ADMINISTRATION,
        Role.FINANCE,
        Role.AUDITOR,
    }
)
"""Head-office people: they see the garments of every store."""

COST_ROLES = frozenset(
    {
        Role.CLERK,
        Role.SUPERVISOR,
        Role.BUSINESS,
        Role.LOGISTICS,
        Role.VICE_PRESIDENT,
        Role.FINANCE,
        Role.AUDITOR,
    }
)
"""Who may see cost prices and the month's figures."""

LOSS_ROLES = COST_ROLES | {Role.WAREHOUSE, Role.ADMINISTRATION}
"""Head-office people who see every loss form and destruction record."""

EVERY_ROLE = frozenset(Role)

GARMENT_READERS = EVERY_ROLE - {Role.ADMINISTRATOR, Role.SUPPLIER}
"""Who may open garments and boxes, each within his own sites."""

FORM_READERS = LOSS_ROLES | {Role.STORE_MANAGER, Role.SUPPLIER}
"""Who may open loss forms: head office, and a liable party its own."""


@dataclass(frozen=True)
class Actor:
    """The person (or device) who acts, as a plain value: services never ask a request for it.

    ``is_by_pin``: logged in by badge and PIN, which is good for scanning and not for money.
    """

    account_id: int
    login: str
    name: str
    roles: frozenset[Role]
    site_id: int
    site_code: str
    region: str | None = None
    supplier_code: str | None = None
    device: str | None = None
    """The device whose scan ticket he calls with; its calls open scans and nothing else."""
    is_by_pin: bool = False
    is_by_cookie: bool = False
    """Logged in at a browser: a step of money asks for the password again."""
    document: str | None = None
    """The one document that his link opens: he sees and does nothing else."""

    def is_any(self, roles: frozenset[Role]) -> bool:
        """Return whether the actor holds one of ``roles``."""
        return not self.roles.isdisjoint(roles)

    @property
    def sees_chain(self) -> bool:
        """Head-office staff see every site."""
        return self.is_any(CHAIN_ROLES)

    @property
    def sees_cost(self) -> bool:
        """Cost prices and the month's money are for these roles only."""
        return self.is_any(COST_ROLES)

    @property
    def is_manager(self) -> bool:
        """The actor manages a store."""
        return Role.STORE_MANAGER in self.roles

    @property
    def is_store(self) -> bool:
        """The actor works in a store."""
        return self.is_any(STORE_ROLES)


def effective_roles(role: Role, is_liaison: bool = False) -> frozenset[Role]:
    """Return ``role`` with those it includes; the liaison (rule 1.05) is a mark on an account."""
    held = {role} | INCLUDES.get(role, frozenset())
    if is_liaison:
        held |= {Role.LIAISON}
    return frozenset(held)
