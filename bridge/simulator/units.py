"""What the numbers of a scenario may be."""

from typing import Annotated, TypeAlias

from msgspec import Meta

Seconds: TypeAlias = Annotated[float, Meta(ge=0, le=86_400)]
Count: TypeAlias = Annotated[int, Meta(ge=0)]
Positive: TypeAlias = Annotated[int, Meta(ge=1)]
Probability: TypeAlias = Annotated[float, Meta(ge=0, le=1)]
Status: TypeAlias = Annotated[int, Meta(ge=200, le=599)]
HeaderText: TypeAlias = Annotated[str, Meta(pattern=r"\A[ -~]*\Z")]
