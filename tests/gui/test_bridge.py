"""The bridge between pipeline threads and the GUI thread."""

from __future__ import annotations

from threading import Thread, get_ident
from typing import Any

import pytest

from femon.gui.bridge import Bridge
from femon.types import Notice


@pytest.fixture
def bridge(qapp: Any) -> Bridge:
    return Bridge()


def on_a_thread(work: Any) -> None:
    thread = Thread(target=work)
    thread.start()
    thread.join()


def test_only_the_newest_readings_are_delivered(bridge: Bridge, qapp: Any) -> None:
    taken: list[object] = []
    bridge.readings_ready.connect(taken.append)
    on_a_thread(lambda: [bridge.publish(number) for number in range(1, 101)])
    assert taken == []
    qapp.processEvents()
    assert taken == [100]


def test_readings_after_a_delivery_are_delivered_too(bridge: Bridge, qapp: Any) -> None:
    taken: list[object] = []
    bridge.readings_ready.connect(taken.append)
    for number in (1, 2):
        bridge.publish(number)
        qapp.processEvents()
    assert taken == [1, 2]


def test_frames_and_readings_do_not_displace_each_other(bridge: Bridge, qapp: Any) -> None:
    taken: list[object] = []
    bridge.frame_ready.connect(taken.append)
    bridge.readings_ready.connect(taken.append)
    bridge.preview("frame")
    bridge.publish("readings")
    qapp.processEvents()
    assert taken == ["frame", "readings"]


def test_every_notice_arrives_in_order_on_the_gui_thread(bridge: Bridge, qapp: Any) -> None:
    taken: list[tuple[str, int]] = []
    bridge.notice.connect(lambda notice: taken.append((notice.text, get_ident())))
    on_a_thread(lambda: [bridge.notify(Notice("model", str(number))) for number in range(20)])
    qapp.processEvents()
    assert taken == [(str(number), get_ident()) for number in range(20)]
