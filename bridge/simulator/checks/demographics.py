"""Demographics: an id of one kind, and a value that goes with it."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

from bridge.simulator.answers import Objection
from bridge.simulator.fields import Fields, every, integer, is_given, shown

BOTH = "Can't submit more than one of the following: OmedaDemographicId, ClientDemographicId."
NO_VALUE = "OmedaDemographicValue is missing for OmedaDemographicId:{}"
NO_CLIENT_VALUE = "ClientDemographicValue is missing for ClientDemographicId: {}"
UNKNOWN = "OmedaDemographicId {} is not a valid value."
UNKNOWN_VALUE = "OmedaDemographicValue {value} is not a valid value for OmedaDemographicId {name}"

Known = Mapping[int, AbstractSet[int]]


def object_to_demographics(fields: Fields, known: Known) -> Iterator[Objection]:
    """Object to demographics. No *known* ones means that any is known."""
    for demographic in every(fields, "CustomerDemographics"):
        match is_given(demographic.get("OmedaDemographicId")), _is_clients(demographic):
            case True, True:
                yield Objection(BOTH)
            case False, True:
                yield from _object_to_clients(demographic)
            case _:
                yield from _object_to_omedas(demographic, known)


def _is_clients(demographic: Fields) -> bool:
    return is_given(demographic.get("ClientDemographicId"))


def _object_to_clients(demographic: Fields) -> Iterator[Objection]:
    if not is_given(demographic.get("ClientDemographicValue")):
        yield Objection(NO_CLIENT_VALUE.format(demographic["ClientDemographicId"]))


def _object_to_omedas(demographic: Fields, known: Known) -> Iterator[Objection]:
    name = demographic.get("OmedaDemographicId")
    demographic_id = integer(name)
    if demographic_id is None or (known and demographic_id not in known):
        yield Objection(UNKNOWN.format(shown(name)))
        return
    value = demographic.get("OmedaDemographicValue")
    if not is_given(value):
        yield Objection(NO_VALUE.format(demographic_id))
        return
    # One value or a list of them: both are in Omeda's samples.
    choices = known.get(demographic_id)
    for each in value if isinstance(value, list) else [value]:
        if choices and integer(each) not in choices:
            yield Objection(UNKNOWN_VALUE.format(value=shown(each), name=demographic_id))
