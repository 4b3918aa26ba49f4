"""`omeda-bridge simulate`: the Omeda simulator alone."""

import argparse
import asyncio
import signal

from bridge.errors import ConfigError
from bridge.simulator import CALM, Scenario, ScenarioError, Simulator, load_scenario


def execute(options: argparse.Namespace) -> int:
    """Serve until a signal comes. Raises ConfigError where scenario or port cannot be used."""
    asyncio.run(_simulate(_scenario(options), options.host, options.port))
    return 0


def _scenario(options: argparse.Namespace) -> Scenario:
    if options.scenario is None:
        return CALM
    try:
        return load_scenario(options.scenario)
    except ScenarioError as error:
        raise ConfigError(str(error)) from error


async def _simulate(scenario: Scenario, host: str, port: int) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    simulator = Simulator(scenario, keep_bodies=False)
    try:
        url = await simulator.start(host, port)
    except OSError as error:
        raise ConfigError(
            f"--host, --port: cannot listen on {host}:{port}: {error.strerror}"
        ) from error
    except OverflowError as error:
        raise ConfigError(f"--port: {port} is no port; they end at 65535") from error
    print(f"Omeda is simulated at {url}", flush=True)
    print(f"What it accepted: {url.split('/webservices')[0]}/_simulator/books", flush=True)
    await stop.wait()
    await simulator.stop()
    counts = simulator.books.counts()
    print(f"{counts.requests} requests, {counts.accepted_events} events accepted")
