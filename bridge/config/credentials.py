"""What each route shows to Omeda, read again when a file changes."""

from typing import NamedTuple

from bridge.config.secret import read_secret
from bridge.config.settings import Config, RouteSettings
from bridge.secret import Secret


class Pass(NamedTuple):
    """The two ids of Omeda's request headers."""

    app_id: Secret
    input_id: Secret


class Credentials:
    """The ids by topic. `read` is called again to pick up rotated files."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self.passes: dict[str, Pass] = {}
        self.read()

    def read(self) -> bool:
        """Read every file; true where something changed.

        Raises ConfigError, and then keeps what was read before.
        """
        passes = {route.topic: self._pass(route) for route in self._config.routes}
        changed = passes != self.passes
        self.passes = passes
        return changed

    def _pass(self, route: RouteSettings) -> Pass:
        brand = self._config.brands[route.brand]
        setting = f"brands.{route.brand}"
        app_id = read_secret(f"{setting}.app_id", value=brand.app_id, file=brand.app_id_file)
        if route.input_id_file:
            index = self._config.routes.index(route)
            where = f"routes[{index}].input_id"
            return Pass(app_id, read_secret(where, value=None, file=route.input_id_file))
        return Pass(
            app_id,
            read_secret(f"{setting}.input_id", value=brand.input_id, file=brand.input_id_file),
        )
