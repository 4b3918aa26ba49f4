"""`omeda-bridge check`: the configuration, and, where asked for, what can be reached with it."""

import argparse
import asyncio
import json
import logging
from collections.abc import AsyncIterator
from typing import Any

from bridge import otel
from bridge.commands.omeda_steps import omeda_steps
from bridge.config import Config, Credentials, load
from bridge.endpoint import trust
from bridge.kafka import client, guard
from bridge.kafka.checking import kafka_steps
from bridge.reach import Step
from bridge.terminal import Color, painted

FINDINGS = 3
"""Exit status where a step failed."""

_COLORS: dict[str, Color] = {"ok": "green", "warning": "yellow", "failed": "red"}


def execute(options: argparse.Namespace) -> int:
    """Say what would run. Raises ConfigError where nothing would."""
    config = load(options.config)
    Credentials(config)
    client.options(config.kafka)
    trust(config.omeda.ca_file)
    otel.tried(config)
    if not options.json:
        print(f"{options.config}: good")
        for route in config.routes:
            print(f"  {route.topic} -> {route.brand}, {route.kind}")
    steps = asyncio.run(_connect(config, quiet=options.json)) if options.connect else []
    if options.json:
        print(json.dumps(_document(options, config, steps), indent=2))
    return FINDINGS if any(step.outcome == "failed" for step in steps) else 0


async def _connect(config: Config, *, quiet: bool) -> list[Step]:
    """Try every step, and tell of each as soon as it has ended."""
    for name in ("aiokafka", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    guard.install()
    steps: list[Step] = []
    async for step in _steps(config):
        if not quiet:
            _tell(step, heading=not steps or steps[-1].about != step.about)
        steps.append(step)
    return steps


async def _steps(config: Config) -> AsyncIterator[Step]:
    async for step in kafka_steps(config):
        yield step
    async for step in omeda_steps(config.omeda):
        yield step


def _tell(step: Step, *, heading: bool) -> None:
    if heading:
        print(painted(step.about, "bold"))
    outcome = painted(f"{step.outcome:<8}", _COLORS[step.outcome])
    print(f"  {outcome}{step.name}: {step.said}", flush=True)
    if step.advice:
        print(f"          {step.advice}", flush=True)


def _document(options: argparse.Namespace, config: Config, steps: list[Step]) -> dict[str, Any]:
    return {
        "config": str(options.config),
        "routes": [
            {"topic": route.topic, "brand": route.brand, "kind": str(route.kind)}
            for route in config.routes
        ],
        "steps": [step._asdict() for step in steps],
    }
