"""Sites of the chain: stores, the after-sales department, the main warehouse, head office."""

from __future__ import annotations

from tracker.domain.named import NamedEnum


class SiteKind(NamedEnum):
    STORE = "store", "专卖店", "Store"
    AFTER_SALES = "after_sales", "售后服务部", "After-sales department"
    WAREHOUSE = "warehouse", "总仓", "Main warehouse"
    HEAD_OFFICE = "head_office", "总公司", "Head office"
    SUPPLIER = "supplier", "供应商（加工厂）", "Supplier (factory)"
    FABRIC_MAKER = "fabric_maker", "面料商", "Fabric maker"


class Ownership(NamedEnum):
    """Whose money a store is: it decides who owns the goods and at which price a loss counts."""

    OWN = "own", "直营", "Own"
    FRANCHISE = "franchise", "加盟", "Franchise"
    CONSIGNMENT = "consignment", "联营", "Consignment"
