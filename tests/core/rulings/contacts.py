"""How the customer is reached, and what is known of them."""

from tests.core.rulings import Case, Members, address, order

THREE_LETTERS = "should be three letters, as ISO 3166-1 alpha-3 has them: USA, CAN"
PRODUCTS = "should be product ids with commas, or one of ALL, ALL_NEWSLETTER, ALL_PRINT, NONE"
NO_MAIL = "is not an e-mail address: it needs a name, an @ and a domain"


def email(**members: object) -> Members:
    return order(Emails=[members])


def phone(number: str | None) -> Members:
    return order(Phones=[{"PhoneContactType": 200, "Number": number}])


def demographic(**members: object) -> Members:
    return order(CustomerDemographics=[members])


ANSWERED = demographic(OmedaDemographicId=3, OmedaDemographicValue=["37"])
ANSWERED_TO_THE_CLIENT = demographic(ClientDemographicId="color", ClientDemographicValue="blue")
NO_VALUE: list[tuple[object, object]] = [(None, 0), ([], "")]
NO_CLIENT_VALUE: list[Members] = [{}, {"ClientDemographicValue": []}]

CONTACTS = [
    *(
        Case(
            "email_address",
            email(EmailContactType=300, EmailAddress=absent),
            "Emails[0].EmailAddress",
            "is required",
            email(EmailContactType=300, EmailAddress="ann@example.com"),
        )
        for absent in (None, "")
    ),
    *(
        Case(
            "email_form",
            email(EmailAddress=wrong),
            "Emails[0].EmailAddress",
            NO_MAIL,
            email(EmailAddress=good),
        )
        for wrong, good in (
            ("ann.example.com", "ann@example.com"),
            ("@example.com", '"@"@example.com'),
            ("ann@", "a@b"),
        )
    ),
    *(
        Case("phone_number", phone(absent), "Phones[0].Number", "is required", phone("8475557527"))
        for absent in (None, "")
    ),
    *(
        Case(
            "phone_form",
            phone(wrong),
            "Phones[0].Number",
            "should hold digits, spaces and dashes only: Omeda may refuse others",
            phone("+1 (847) 555-7527"),
        )
        for wrong in ("847.555.7527", "847-555-7527 x", "1-800-FLOWERS", "\u0661\u0662\u0663")
    ),
    *(
        Case(
            "country_code",
            address(CountryCode=wrong),
            "Addresses[0].CountryCode",
            THREE_LETTERS,
            address(CountryCode="USA"),
        )
        for wrong in ("US", "usa", "USAA", "U A")
    ),
    *(
        Case(
            "region_code",
            address(CountryCode=country, RegionCode=wrong),
            "Addresses[0].RegionCode",
            "should be two letters for USA and CAN",
            good,
        )
        for country in ("USA", "CAN")
        for wrong in ("Illinois", "il")
        for good in (
            address(CountryCode=country, RegionCode="IL"),
            address(CountryCode="DEU", RegionCode=wrong),
        )
    ),
    Case(
        "name_and_code",
        address(RegionCode="IL", Region="Illinois"),
        "Addresses[0].Region",
        "should be given only where there is no RegionCode",
        address(RegionCode="", Region="Illinois"),
    ),
    Case(
        "name_and_code",
        address(CountryCode="USA", Country="United States"),
        "Addresses[0].Country",
        "should be given only where there is no CountryCode",
        address(Country="United States"),
    ),
    *(
        Case(
            "postal_code",
            address(CountryCode="USA", PostalCode=wrong),
            "Addresses[0].PostalCode",
            "should be five digits, or ZIP+4 with a dash, for USA",
            good,
        )
        for wrong in ("6062", "600620123", "60062-012")
        for good in (
            address(CountryCode="USA", PostalCode="60062"),
            address(CountryCode="USA", PostalCode="60062-0123"),
            address(CountryCode="CAN", PostalCode=wrong),
        )
    ),
    *(
        Case(
            rule,
            order(**{group: [{**rest, member: wrong}]}),
            f"{group}[0].{member}",
            PRODUCTS,
            order(**{group: [{**rest, member: good}]}),
        )
        for rule, group, member, rest in (
            ("address_products", "Addresses", "AddressProducts", {}),
            ("email_products", "Emails", "EmailProducts", {"EmailAddress": "ann@example.com"}),
        )
        for wrong, good in (("all", "ALL"), ("1;2", "1,2, 3"), ("1,", "NONE"), ("ALL,1", ""))
    ),
]

DEMOGRAPHICS = [
    Case(
        "demographic_id",
        demographic(OmedaDemographicValue="37"),
        "CustomerDemographics[0].OmedaDemographicId",
        "is required, or ClientDemographicId",
        ANSWERED,
    ),
    Case(
        "demographic_id",
        demographic(
            OmedaDemographicId=3,
            OmedaDemographicValue="37",
            ClientDemographicId="color",
            ClientDemographicValue="blue",
        ),
        "CustomerDemographics[0].ClientDemographicId",
        "must not be given together with OmedaDemographicId",
        ANSWERED_TO_THE_CLIENT,
    ),
    *(
        Case(
            "demographic_value",
            demographic(OmedaDemographicId=0, OmedaDemographicValue=absent),
            "CustomerDemographics[0].OmedaDemographicValue",
            "is required with OmedaDemographicId",
            demographic(OmedaDemographicId=0, OmedaDemographicValue=good),
        )
        for absent, good in NO_VALUE
    ),
    *(
        Case(
            "demographic_value",
            demographic(ClientDemographicId="color", OmedaDemographicValue="37", **absent),
            "CustomerDemographics[0].ClientDemographicValue",
            "is required with ClientDemographicId",
            ANSWERED_TO_THE_CLIENT,
        )
        for absent in NO_CLIENT_VALUE
    ),
    Case(
        "write_in",
        demographic(OmedaDemographicId=3, OmedaDemographicValue="37", WriteInDesc="teal"),
        "CustomerDemographics[0].WriteInDesc",
        "is taken only by an input that is OEC enabled",
        demographic(OmedaDemographicId=3, OmedaDemographicValue="37", WriteInDesc=""),
    ),
]

CASES = CONTACTS + DEMOGRAPHICS
