"""Whether a service stands because it is refused as a whole, and when it is tried again. Pure.

What was under way when the service went on again may still be refused for what has been mended by
then: only a request that began since says that it is not.
"""

NEVER = float("inf")


class Halts:
    """One service's. One request, the probe, is let through each *probe_seconds*."""

    def __init__(self, probe_seconds: float) -> None:
        self._seconds = probe_seconds
        self._resumed_at = -NEVER
        self._probing = False
        self._probe_at = -NEVER
        self.why: str | None = None
        """Why it stands; None where it does not."""

    def __repr__(self) -> str:
        return f"<Halts: {self.why or 'none'}>"

    def __bool__(self) -> bool:
        return self.why is not None

    @property
    def opens_at(self) -> float:
        """When its next probe may begin; NEVER where one is under way, or until a restart."""
        return NEVER if self._probing else self._probe_at

    def refused(self, why: str, *, began: float, now: float) -> bool:
        """A request that *began* then was refused for all; whether that halts the service anew."""
        if self._probe_at == NEVER or began < self._resumed_at:
            return False
        fresh, self.why, self._probe_at = self.why is None, why, now + self._seconds
        return fresh

    def stand(self, why: str) -> None:
        """Halt until a restart."""
        self.why, self._probe_at, self._probing = why, NEVER, False

    def probe(self) -> None:
        """A probe begins."""
        self._probing = True

    def probed(self, now: float) -> None:
        """It ended. The next one comes later, unless its end resumes the service."""
        self._probing = False
        self._probe_at = max(self._probe_at, now + self._seconds)

    def resume(self, now: float) -> bool:
        """Go on; false where nothing stands, or only a restart helps."""
        if self.why is None or self._probe_at == NEVER:
            return False
        self.why, self._probing, self._resumed_at, self._probe_at = None, False, now, -NEVER
        return True
