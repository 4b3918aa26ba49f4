"""The status as programs read it."""

from tests.edges.operating import Process, busy_metrics, owned, serving


async def test_the_status_is_json_with_every_partition_and_service() -> None:
    process = Process()
    process.partitions = [owned(0, lag=None)]
    async with serving(process) as operator:
        assert (await operator.ask("/status.json")).content_type.startswith("application/json")
        status = await operator.json("/status.json")

    assert status["state"] == "running"
    assert (status["backlog_records"], status["backlog_bytes"]) == (3, 210)
    [partition] = status["partitions"]
    assert (partition["topic"], partition["number"], partition["paused"]) == ("behaviors", 0, True)
    assert (partition["committed"], partition["lag"]) == (42, None)
    [service] = status["services"]
    assert (service["brand"], service["kind"], service["in_flight"]) == ("DEMO", "behavior", 2)


async def test_the_status_tells_what_was_counted_by_service() -> None:
    process, metrics = Process(), busy_metrics()
    process.partitions = [owned(0)]
    async with serving(process, metrics) as operator:
        status = await operator.json("/status.json")

    [service] = status["services"]
    assert (service["doing"], service["records"], service["lag"]) == ("delivering", 3, 7)
    assert service["delivered"] == 1
    assert service["dead_letters"] == {"refused": 1}
    assert service["retries"] == {"timeout": 1}
    assert status["rebalances"] == 1
    assert status["started"] <= status["time"]


async def test_no_member_of_the_status_was_ever_taken_away() -> None:
    """Add what is new here; programs read what is old."""
    process = Process()
    process.partitions = [owned(0)]
    async with serving(process) as operator:
        status = await operator.json("/status.json")

    assert set(status) >= {
        *("state", "backlog_records", "backlog_bytes", "backlog_high", "backlog_low"),
        *("backlog_bytes_high", "concurrency", "partitions", "services", "time", "started"),
        *("version", "rebalances", "rejections", "happenings"),
    }
    assert set(status["partitions"][0]) >= {
        *("topic", "number", "brand", "kind", "paused", "records", "committed", "lag"),
        *("oldest_unsettled", "map_characters", "lost"),
    }
    assert set(status["services"][0]) >= {
        *("brand", "kind", "in_flight", "limit", "breaker", "halted", "doing", "since"),
        *("records", "lag", "oldest_unsettled", "delivered", "delivered_per_second"),
        *("rejected_per_second", "dead_letters", "retries"),
        *("delay_last_minute", "delay_last_quarter"),
    }
