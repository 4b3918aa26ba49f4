"""Who the customer is, whom the agent spoke to, and what the customer did."""

from bridge.model import Kind
from tests.core.rulings import Case, attribute, behavior, call, order

CALLED = (
    "TelemarketingCompany",
    "TelemarketingRecordingId",
    "TelemarketingAgent",
    "PersonalIdQuestion",
    "SpokeToName",
    "SpokeToTitle",
)

CUSTOMER = [
    Case(
        "customer_status",
        order(CustomerStatusId=2),
        "CustomerStatusId",
        "must be 0 (inactive), 1 (active) or 3 (test)",
        order(CustomerStatusId="3"),
    ),
    Case(
        "two_ids",
        order(ClientCustomerId="c-1"),
        "ClientCustomerId",
        "should not be given together with OmedaCustomerId",
        {"ClientCustomerId": "c-1"},
    ),
    Case(
        "donor",
        order(DonorId=1001, OmedaCustomerId=1001),
        "DonorId",
        "should be another customer than OmedaCustomerId",
        order(DonorId=1002, OmedaCustomerId=1001),
    ),
    *(
        Case(
            "namespace",
            order(ExternalCustomerId="x-1", ExternalCustomerIdNamespace=absent),
            "ExternalCustomerIdNamespace",
            "should be given with ExternalCustomerId: without a default, Omeda refuses",
            order(ExternalCustomerId="x-1", ExternalCustomerIdNamespace="shop"),
        )
        for absent in (None, "")
    ),
    *(
        Case(
            "nobody",
            {"FirstName": "Ann", "ClientCustomerId": empty, "Emails": []},
            "OmedaCustomerId",
            "no id, name or contact is given: this could match nobody",
            good,
        )
        for empty in (None, "")
        for good in (
            {"OmedaCustomerId": 1},
            {"ExternalCustomerId": 0, "ExternalCustomerIdNamespace": "shop"},
            {"ClientCustomerId": "c-1"},
            {"LastName": "Example"},
            {"Emails": [{"EmailAddress": "ann@example.com"}]},
            {"Phones": [{"Number": "847-555-7527"}]},
            {"Addresses": [{"City": "Springfield"}]},
        )
    ),
]

TELEMARKETING = [
    Case("telemarketing", call(**{name: absent}), f"Telemarketing[0].{name}", "is required", call())
    for name in CALLED
    for absent in (None, "")
]

BEHAVIORS = [
    case
    for kind, also in ((Kind.BEHAVIOR, {}), (Kind.ORDER, {"LastName": "Example"}))
    for case in (
        Case(
            "behavior_id",
            behavior(BehaviorId=None) | also,
            "CustomerBehaviors[0].BehaviorId",
            "is required",
            behavior(BehaviorId="0") | also,
            kind,
        ),
        Case(
            "behavior_date",
            behavior(BehaviorDate=None) | also,
            "CustomerBehaviors[0].BehaviorDate",
            "is required",
            behavior() | also,
            kind,
        ),
        Case(
            "behavior_attributes",
            behavior(BehaviorAttributes=[]) | also,
            "CustomerBehaviors[0].BehaviorAttributes",
            "must hold at least one attribute where it is given",
            behavior(BehaviorAttributes=None) | also,
            kind,
        ),
        Case(
            "attribute_type",
            attribute(BehaviorAttributeValue="a") | also,
            "CustomerBehaviors[0].BehaviorAttributes[0].BehaviorAttributeTypeId",
            "is required",
            attribute(BehaviorAttributeTypeId=0, BehaviorAttributeValue="a") | also,
            kind,
        ),
        Case(
            "attribute_value",
            attribute(BehaviorAttributeTypeId=3) | also,
            "CustomerBehaviors[0].BehaviorAttributes[0].BehaviorAttributeValue",
            "is required, or BehaviorAttributeValueId",
            attribute(BehaviorAttributeTypeId=3, BehaviorAttributeValueId=0) | also,
            kind,
        ),
        Case(
            "attribute_value",
            attribute(
                BehaviorAttributeTypeId=3, BehaviorAttributeValue="", BehaviorAttributeValueId=0
            )
            | also,
            "CustomerBehaviors[0].BehaviorAttributes[0].BehaviorAttributeValueId",
            "must not be given together with BehaviorAttributeValue",
            attribute(BehaviorAttributeTypeId=3, BehaviorAttributeValue="") | also,
            kind,
        ),
    )
]

CASES = CUSTOMER + TELEMARKETING + BEHAVIORS
