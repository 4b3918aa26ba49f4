"""Writes docs/events.md from the structs and the rules; a test keeps the two the same."""

import json
from collections.abc import Iterator
from pathlib import Path

from bridge.events import (
    Address,
    AssignBehavior,
    BehaviorAttribute,
    Billing,
    Call,
    Column,
    CustomerBehavior,
    Day,
    Demographic,
    Element,
    Email,
    Flag,
    Given,
    MarketingProduct,
    Minute,
    Moment,
    Money,
    MonthYear,
    Phone,
    Product,
    ProductFieldResponse,
    ProductUpdate,
    StoreOrder,
    Switch,
    columns,
)
from bridge.events.describe import described
from bridge.rules import RULES, SUBJECTS, Rule
from bridge.secret import Secret

DOCUMENT = Path(__file__).parents[1] / "docs/events.md"

ELEMENTS: dict[str, type[Element]] = {
    "Behavior event": AssignBehavior,
    "CustomerBehaviors": CustomerBehavior,
    "BehaviorAttributes": BehaviorAttribute,
    "Order event": StoreOrder,
    "Addresses": Address,
    "Phones": Phone,
    "Emails": Email,
    "CustomerDemographics": Demographic,
    "Products": Product,
    "ProductUpdates": ProductUpdate,
    "MarketingProducts": MarketingProduct,
    "ProductFieldResponses": ProductFieldResponse,
    "Telemarketing": Call,
    "BillingInformation": Billing,
}

FORMS: dict[object, tuple[str, str]] = {
    str: ("text", "text"),
    bool: ("boolean", "boolean"),
    Money: ("number or text", '`"12.50"`'),
    Switch: ("boolean or text", '`"False"`'),
    Flag: ("integer or text", '`"1"`'),
    MonthYear: ("text `MMYY`", "text"),
    Given: ("text, number, boolean, or a list of these", "as it came"),
    Secret: ("text; never shown or stored", "text"),
    Moment: ("date", "`yyyy-MM-dd HH:mm:ss`"),
    Minute: ("date", "`yyyy-MM-dd` or `yyyy-MM-dd HH:mm`"),
    Day: ("date", "`yyyy-MM-dd`"),
}

BEHAVIOR = {
    "OmedaCustomerId": 1001,
    "CustomerBehaviors": [
        {
            "BehaviorId": 7,
            "BehaviorDate": "2026-03-02T09:30:00Z",
            "BehaviorPromoCode": "SPRING",
            "BehaviorAttributes": [
                {"BehaviorAttributeTypeId": 222, "BehaviorAttributeValue": "An article"},
                {"BehaviorAttributeTypeId": 3, "BehaviorAttributeValueId": 60},
            ],
        }
    ],
}

ORDER = {
    "ExternalCustomerId": "shop-4711",
    "ExternalCustomerIdNamespace": "SHOP",
    "FirstName": "Ada",
    "LastName": "Example",
    "OrderDate": "2026-03-02 09:30",
    "PromoCode": "SPRING",
    "Emails": [{"EmailContactType": 300, "EmailAddress": "ada@example.com"}],
    "Addresses": [
        {
            "Street": "1 Example Street",
            "City": "Northbrook",
            "RegionCode": "IL",
            "PostalCode": "60062",
            "CountryCode": "USA",
        }
    ],
    "CustomerDemographics": [{"OmedaDemographicId": 3, "OmedaDemographicValue": ["37"]}],
    "Products": [{"OmedaProductId": 14, "Receive": 1, "RequestedVersion": "D"}],
}

PAID_ORDER = {
    "OmedaCustomerId": 1001,
    "Products": [
        {
            "OmedaProductId": 14,
            "Term": 12,
            "Amount": "65.00",
            "SalesTax": "6.50",
            "RequestedVersion": "P",
        }
    ],
    "BillingInformation": {
        "DoCharge": "False",
        "BillingStreet": "1 Example Street",
        "BillingCity": "Northbrook",
        "BillingRegion": "IL",
        "BillingPostalCode": "60062",
        "BillingCountryCode": "USA",
    },
}

EXAMPLES = {
    "A behavior": ("behavior", BEHAVIOR),
    "An order without payment": ("order", ORDER),
    "A paid order that is billed later": ("order", PAID_ORDER),
}

HEAD = """\
<!-- Made by `make docs` from bridge/events/ and bridge/rules/. Change those. -->

# Events

What a producer writes to Kafka: one event a record, as UTF-8 JSON, in the member names of Omeda's own
services. A topic carries one kind. `omeda-bridge schema behavior` and `omeda-bridge schema order`
print the JSON Schema; `omeda-bridge send --config FILE --topic T events.jsonl` checks events as the
bridge will, says of every line what is wrong with it, and writes them to Kafka.

## The record

* **Key**: the customer's id as text, so that a customer's events share a partition and keep their
  order: `OmedaCustomerId` in decimal digits; else `namespace:id` of `ExternalCustomerIdNamespace` and
  `ExternalCustomerId` (the id alone without a namespace); else `ClientCustomerId`. `send` writes it.
* **Value**: the event. Or a CloudEvents 1.0 envelope around it, in a record with the header
  `content-type: application/cloudevents+json`; the event is in `data` (or `data_base64`). CloudEvents'
  binary mode (headers `ce_...`, the value is the event) needs nothing; batches are refused.
* A null or empty value is refused. Of a member that is given twice, the last one counts.

## What is taken, and what Omeda gets

The bridge takes what producers really send, and sends one canonical form.

| value | may come as | is sent as |
|---|---|---|
| ids, codes, counts | an integer, or a string of digits | an integer |
| money, percentages | a number, or a string such as `"12.5"`; no thousands separators | a string with at least two decimals, never rounded: `"12.50"` |
| dates | Omeda's form; or ISO 8601 with a zone, such as `2026-03-02T09:30:00Z` | Omeda's form |
| `DoCharge` | a boolean or a string | `"False"` or `"True"` |
| `MergeCode` | an integer or a string | a string |
| demographic and field values, `ClientOrderId`, `ClientCustomerId`, `ExternalCustomerId` | as listed below | as they came |
| null | for any member below | left out |
| `""`, `0`, `false` | | as they are: `Receive: 0` is an opt-out, `Airmail: ""` clears |
| members that are not below | anything | untouched (`unknown_fields: reject` refuses them); `RunProcessor` is one of them |

**Dates.** Omeda's dates name no zone. One that comes with a zone is written as the clock of the brand's
`time_zone` shows it (America/Chicago unless set otherwise: Omeda states Central time on other pages,
and does not say so for these services), cut to the precision of its column. In the hour that the
clocks go back over, two instants get the same text; events keep their order all the same, since that
goes by Kafka's offsets. A date without a zone is taken as it stands; one with a `T` and no zone is
refused, as nobody can tell what it means.

**Card data.** `CreditCardNumber` and `CardSecurityCode` are sent to Omeda and appear nowhere else: no log
line, metric, error or dead letter holds them.
"""

RULES_HEAD = """\
## Rules

What can be known to be refused is refused before Omeda is asked: the event becomes a dead letter with
reason `rule`, and its message names every broken rule with the path of the member:
`Products[1].Amount: must not be negative (rule negative_amount)`. A rule that only warns is logged
and counted in `omeda_bridge_rules_broken_total`, and the event is sent. A route sets the strictness of
single rules by name:

```yaml
routes:
  - topic: omeda.orders
    kind: order
    brand: DEMO
    rules: {namespace: reject, phone_form: off}
```
"""


def document() -> str:
    """The whole of docs/events.md."""
    parts = [HEAD, *_examples(), "## Members\n", *map(_element, ELEMENTS), RULES_HEAD, *_rules()]
    return "\n".join(parts)


def _examples() -> Iterator[str]:
    yield "## Examples\n"
    for title, (_, event) in EXAMPLES.items():
        yield f"{title}:\n\n```json\n{json.dumps(event, indent=2)}\n```\n"


def _element(title: str) -> str:
    element = ELEMENTS[title]
    about = " ".join((element.__doc__ or "").split())
    head = "| member | comes as | is sent as | most | what it is |\n|---|---|---|---|---|"
    rows = [_row(element, column) for column in columns(element)]
    return "\n".join([f"### {title}\n", about, "", head, *rows, ""])


def _row(element: type[Element], column: Column) -> str:
    needed, text = described(element)[column.name]
    comes, leaves = _form(column)
    most = "" if column.longest is None else str(column.longest)
    table = ", ".join(f"`{_shown(code)}` {meaning}" for code, meaning in column.codes.items())
    about = " ".join(filter(None, ["**Required.**" if needed else "", text, table and f"{table}."]))
    return f"| `{column.name}` | {comes} | {leaves} | {most} | {about} |"


def _form(column: Column) -> tuple[str, str]:
    if column.element is not None:
        what = "a list" if column.many else "an object"
        return what, what
    if column.integer:
        return "integer or digits", "integer"
    return FORMS.get(column.kind, ("integer or text", "as it came"))


def _shown(code: int | str) -> str:
    return f'"{code}"' if isinstance(code, str) else str(code)


def _rules() -> Iterator[str]:
    for subject in SUBJECTS:
        about = (subject.__doc__ or "").splitlines()[0].rstrip(".")
        yield f"### {about}\n\n| rule | default | what must hold | source |\n|---|---|---|---|"
        yield from (_rule(each) for each in RULES.values() if _is_of(each, subject.__name__))
        yield ""


def _is_of(rule: Rule, module: str) -> bool:
    return rule.find.__module__ == module


def _rule(rule: Rule) -> str:
    return f"| `{rule.name}` | {rule.default} | {rule.text} | {rule.source} |"


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
