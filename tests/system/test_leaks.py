"""The search for secrets finds what it is for."""

import base64

from tests.system.carded import CODE
from tests.system.leaks import leaks
from tests.system.omeda_contract import APP_ID


def test_the_search_finds_a_secret_in_every_disguise() -> None:
    quoted = '"' + "".join(f"\\u{ord(each):04X}" for each in APP_ID) + '"'
    disguised = {
        "plain": f"x{APP_ID}x",
        "lower": APP_ID.lower(),
        "reversed": APP_ID[::-1],
        "base64": base64.b64encode(f"\0bridge\0{APP_ID}\0".encode()).decode(),
        "hex": APP_ID.encode().hex().upper(),
        "url": "".join(f"%{byte:02X}" for byte in APP_ID.encode()),
        "JSON": quoted,
    }

    for name, text in disguised.items():
        assert leaks({"app id": APP_ID}, {name: text}), name
    assert leaks({"code": CODE}, {"": f"the code {CODE} is wrong"})
    assert not leaks({"code": CODE}, {"": f"at 0.{CODE} s, port 1{CODE}, 12:{CODE}"})
