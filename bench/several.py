"""Several processes of the bridge in one group, as replicas would be.

python -m bench.several COUNT CONFIG
"""

import os
import signal
import subprocess
import sys

from tests.system.broker import free_ports


def main() -> int:
    """Run them until all have ended; what ends this ends them."""
    count, config = int(sys.argv[1]), sys.argv[2]
    command = [sys.executable, "-m", "bridge", "run", "--config", config]
    processes = [
        subprocess.Popen(command, env={**os.environ, "BRIDGE__ADMIN__PORT": str(port)})
        for port in free_ports(count)
    ]

    def end(number: int, _frame: object) -> None:
        for process in processes:
            process.send_signal(number)

    signal.signal(signal.SIGTERM, end)
    return max(process.wait() for process in processes)


if __name__ == "__main__":
    sys.exit(main())
