"""Texts that may be shown nowhere, and the disguises in which they are searched for."""

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import quote

CONTEXT = 60


class Leak(NamedTuple):
    secret: str
    disguise: str
    where: str
    around: str


def leaks(secrets: Mapping[str, str], outputs: Mapping[str, str]) -> list[Leak]:
    """Every place of *outputs* where one of *secrets* stands, as it is or disguised."""
    return [
        Leak(name, disguise, where, _around(output, found))
        for name, secret in secrets.items()
        for disguise, pattern in _patterns(secret)
        for where, output in outputs.items()
        for found in pattern.finditer(output)
    ]


def check_hidden(secrets: Mapping[str, str], outputs: Mapping[str, str]) -> None:
    found = leaks(secrets, outputs)
    places = {(one.secret, one.disguise, one.where): one.around for one in found}
    told = "\n".join(f"{', '.join(place)}: {around!r}" for place, around in places.items())
    assert not found, f"{len(found)} leaks:\n{told}"


def _patterns(secret: str) -> Iterator[tuple[str, re.Pattern[str]]]:
    for disguise, texts in _disguises(secret).items():
        for text in texts:
            # A few digits stand by chance within longer numbers; alone they do not.
            bounds = r"(?<![0-9.:-]){}(?![0-9.:-]?[0-9])" if text.isdigit() else "{}"
            flags = re.NOFLAG if disguise == "base64" else re.IGNORECASE
            yield disguise, re.compile(bounds.format(re.escape(text)), flags)


def _disguises(secret: str) -> Mapping[str, Iterable[str]]:
    data = secret.encode()
    return {
        "plain": [secret],
        "reversed": [secret[::-1]],
        "base64": set(_in_base64(data)),
        "hex": [data.hex()],
        "url": [*({quote(secret, safe="")} - {secret}), "".join(f"%{byte:02x}" for byte in data)],
        "JSON": [
            "".join(f"\\u{ord(each):04x}" for each in secret),
            *({secret.replace("/", "\\/")} - {secret}),
        ],
    }


def _in_base64(data: bytes) -> Iterator[str]:
    """What is left of *data* in any base64 that holds it, wherever it begins within three bytes."""
    for alphabet in (base64.b64encode, base64.urlsafe_b64encode):
        for before in range(3):
            text = alphabet(b"\0" * before + data + b"\0\0").decode()
            first = -(-before * 8 // 6)
            yield text[first : (before + len(data)) * 8 // 6]


def _around(output: str, found: re.Match[str]) -> str:
    return output[max(0, found.start() - CONTEXT) : found.end() + CONTEXT]
