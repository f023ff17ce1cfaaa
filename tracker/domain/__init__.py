"""The rules: statuses, transition tables, clocks, liability, money. Pure, with no database."""
