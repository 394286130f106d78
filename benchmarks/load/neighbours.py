"""The people of the second school: they ask for lists of their Canvas, and go on asking when it stalls."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter

from benchmarks.load.browser import Browser
from benchmarks.load.lines import Broken

PEOPLE = 60
_PATH = "/api/canvas/media?scope=own&sort=created_at&order=desc"


async def neighbours(tool: str, token: str, until: float) -> Counter[int]:
    """Ask, all of them, until then: gives how often which status came. What a stall makes of it is no error."""
    statuses: Counter[int] = Counter()

    async def neighbour(number: int) -> None:
        luck = random.Random(number)
        browser = Browser("", tool, lambda journey, seconds: None)
        await asyncio.sleep(luck.uniform(0, 2))
        while time.monotonic() < until:
            try:
                answer = await browser.ask("", "GET", f"{tool}{_PATH}", headers={"Authorization": f"Bearer {token}"})
                statuses[answer.status] += 1
            except Broken:
                statuses[0] += 1
            await asyncio.sleep(luck.uniform(1, 3))
        browser.close()

    async with asyncio.TaskGroup() as group:
        for number in range(PEOPLE):
            group.create_task(neighbour(number))
    return statuses
