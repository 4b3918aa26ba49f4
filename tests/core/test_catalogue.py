"""Every setting by its path: what it means, what it may be, what overrides it."""

import pytest

from bridge.config.catalogue import Setting, names, nodes, settings, steps_of, written

BY_PATH = {setting.path: setting for setting in settings()}


@pytest.mark.parametrize("node", nodes(), ids=lambda node: node.path or "all")
def test_everything_that_can_be_set_is_explained(node: Setting) -> None:
    assert node.text.endswith(".")


@pytest.mark.parametrize(
    ("path", "kind", "default", "variable"),
    [
        (
            "delivery.retry.max_seconds",
            "number, above 0, at most 86400",
            60,
            "BRIDGE__DELIVERY__RETRY__MAX_SECONDS",
        ),
        ("admin.port", "whole number, at least 0, at most 65535", 9464, "BRIDGE__ADMIN__PORT"),
        (
            "kafka.start_from",
            "one of earliest, latest, fail",
            "earliest",
            "BRIDGE__KAFKA__START_FROM",
        ),
        ("routes[].input_id_file", "text or null", None, "BRIDGE__ROUTES__0__INPUT_ID_FILE"),
        (
            "routes[].rules",
            "mapping of text to one of reject, warn, off",
            {},
            "BRIDGE__ROUTES__0__RULES__NAME",
        ),
        ("brands.<name>.time_zone", "text", "America/Chicago", "BRIDGE__BRANDS__NAME__TIME_ZONE"),
        ("delivery.coalesce", "true or false", True, "BRIDGE__DELIVERY__COALESCE"),
        (
            "routes[].topic",
            "text of the form ^[a-zA-Z0-9._-]{1,249}$",
            None,
            "BRIDGE__ROUTES__0__TOPIC",
        ),
    ],
)
def test_a_setting_says_its_kind_its_default_and_its_variable(
    path: str, kind: str, default: object, variable: str
) -> None:
    setting = BY_PATH[path]

    assert (setting.kind, setting.default, setting.variable) == (kind, default, variable)


def test_what_has_no_default_is_required() -> None:
    required = {setting.path for setting in settings() if setting.required}

    assert required == {
        "kafka.bootstrap_servers",
        "routes[].topic",
        "routes[].kind",
        "routes[].brand",
    }


def test_secrets_are_told_from_other_texts() -> None:
    secret = {setting.path for setting in settings() if setting.secret}

    assert secret == {"kafka.security.password", "brands.<name>.app_id", "brands.<name>.input_id"}


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("routes[0].topic", "routes[].topic"),
        ("routes[].topic", "routes[].topic"),
        ("routes.0.topic", "routes[].topic"),
        ("brands.DEMO.time_zone", "brands.<name>.time_zone"),
        ("brands.<name>.time_zone", "brands.<name>.time_zone"),
        ("BRIDGE__ROUTES__1__TOPIC", "routes[].topic"),
        ("bridge__omeda__proxy", "omeda.proxy"),
        ("omeda.proxy", "omeda.proxy"),
    ],
)
def test_a_place_is_named_in_several_ways(typed: str, path: str) -> None:
    assert [each.path for each in settings() if names(each.steps, steps_of(typed))] == [path]


@pytest.mark.parametrize("typed", ["", "omeda", "omeda.proxy.x", "routes[x].topic", "proxy"])
def test_what_is_no_place_of_a_setting_names_none(typed: str) -> None:
    assert not [each for each in settings() if names(each.steps, steps_of(typed))]


def test_a_place_is_written_as_the_documents_have_it() -> None:
    assert written(("routes", 0, "rules", "namespace")) == "routes[0].rules.namespace"
