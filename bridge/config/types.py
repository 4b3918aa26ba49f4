"""What single values of the configuration may be."""

import re
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from msgspec import Meta

Text = Annotated[str, Meta(min_length=1)]
Seconds = Annotated[float, Meta(gt=0, le=86_400)]
Count = Annotated[int, Meta(ge=1, le=10_000_000)]
Bytes = Annotated[int, Meta(ge=1024, le=1 << 40)]
Port = Annotated[int, Meta(ge=0, le=65_535)]
TopicName = Annotated[str, Meta(pattern=r"\A[a-zA-Z0-9._-]{1,249}\Z")]
BrandName = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_-]{1,64}\Z")]
_SERVER = r"(\[[0-9A-Fa-f:.]+\]|[^\s:,\[\]/?#@\\]+):[0-9]{1,5}"
HttpUrl = Annotated[str, Meta(pattern=r"\Ahttps?://[^\s/?#]+[^\s?#]*\Z")]


def is_server(text: str) -> bool:
    """Whether *text* is `host:port` that can be used; an IPv6 address stands in brackets."""
    return re.fullmatch(_SERVER, text) is not None and is_address(f"kafka://{text}")


def is_address(url: str) -> bool:
    """Whether host and port can be used at all; the host's labels are what DNS allows."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").encode("idna"), parts.port
    except ValueError:
        return False
    return bool(host) and port != 0


def is_time_zone(name: str) -> bool:
    """Whether the zone database, which comes with the package, has *name*."""
    try:
        ZoneInfo(name)
    # Of a name that nobody knows, that is a folder of the database, or no path at all.
    except (LookupError, OSError, ValueError):
        return False
    return True
