"""The states of a transaction, as the page "Transaction Lookup" numbers them."""

DESCRIPTIONS = {
    0: "Loaded into staging",
    1: "Customer on hold",
    2: "Excessive errors",
    3: "Paid customer on hold",
    4: "Payment pending",
    5: "Payment succeeded",
    6: "Payment failed",
    7: "API transaction loaded",
    8: "Ready for verification rules",
    9: "Failed validation rules",
    10: "Passed validation rules",
    19: "Ready for OEC",
    20: "OEC on hold",
    21: "OEC done",
    28: "Ready for dupe check",
    29: "Dupe check running",
    30: "New customer",
    31: "Existing customer",
    35: "Manual review",
    36: "Manual review - new customer",
    37: "Manual review - existing customer",
    49: "Ready for source prioritization",
    50: "Passed source prioritization",
    51: "Failed source prioritization",
    52: "Partial failure of source prioritization",
    90: "Ready to migrate - new customer",
    91: "Ready to migrate - existing customer",
    98: "Moved - failed source prioritization",
    99: "Moved - partial",
    100: "Moved to ERD - Complete - New Customer",
    101: "Moved to ERD - Complete - Existing Customer",
    110: "Discarded",
}

USUAL = (0, 7, 8, 10, 19, 21, 28, 29, 30, 49, 50, 90, 100)
"""The way of a new customer's order where nothing is wrong with it."""

OF_EXISTING = {30: 31, 36: 37, 90: 91, 100: 101}
"""What a state of a new customer's order is called where the customer exists."""

HELD = frozenset({1, 3, 4, 20, 35, 36, 37})
"""Waits for a person or for a payment: Run Processor may be asked again."""

MOVED = frozenset({98, 99, 100, 101})
"""Is in the database of customers, with or without losses."""

_FIRST_WITH_CUSTOMER = 30
_DISCARDED = 110


def describe(status: int) -> str:
    """What *status* says; codes beyond Omeda's list are only numbered."""
    return DESCRIPTIONS.get(status, f"Status {status}")


def tells_customer(status: int) -> bool:
    """Whether it is decided by then whose order it is."""
    return _FIRST_WITH_CUSTOMER <= status < _DISCARDED
