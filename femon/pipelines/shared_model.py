"""One model for several pipelines: its thread takes every face that waits at a moment into one batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Final
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import NDArray

from femon.bundle import Bundle
from femon.bundle.contract import Contract
from femon.bundle.judge import Judge
from femon.stage import Closed, Mailbox, Stage
from femon.types import Judgement

# LiteRT keeps one interpreter for each size of batch, about 20 MB and 60 ms to make, and more than four crops
# in one gain nothing: so a moment's crops run four at a time, the rest as one smaller batch.
MOST_AT_ONCE: Final = 4

_Key = tuple[Path, str, int]
_Crops = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class _Wish:
    """Crops of one caller, and where it waits for what is said of them."""

    bundle: Judge
    crops: _Crops
    answer: Future[Judgement] = field(default_factory=Future)


class SharedModel:
    """Loads each bundle once and runs it for all pipelines on one thread, from start() to stop().

    A caller never waits for another source: whoever has no face to ask about is simply not in the batch.
    """

    def __init__(self, load_bundle: Callable[..., Judge] = Bundle.load) -> None:
        self._load_bundle = load_bundle
        self._loading: dict[_Key, Future[Judge]] = {}
        self._loaded: WeakValueDictionary[_Key, Judge] = WeakValueDictionary()  # freed with their last share
        self._lock = Lock()
        self._stopped = False
        self._under_way: set[Future[Judgement]] = set()
        self._wishes: Mailbox[_Wish] = Mailbox(capacity=1 << 10, newest_wins=False)
        self._stage = Stage(
            "model", self._serve, on_failure=_nobody_hears, on_end=self._refuse_all, gives_way=True
        )

    def start(self) -> None:
        """Start the thread; only once."""
        self._stage.start()

    def stop(self, limit_s: float) -> None:
        """Free everything. Whoever still waits is woken with Closed, even if the model never answers."""
        self._refuse_all()
        self._stage.stop(limit_s)
        self._loaded.clear()

    def load(self, folder: Path, *, device: str = "auto", threads: int = 2) -> SharedBundle:
        """A share in the bundle of a folder, loaded by the first who asks while the others wait for it.

        Raises ModelError, to all who wait; the next one tries again.
        """
        key = folder, device, threads
        with self._lock:
            known = self._loaded.get(key)
            if known is not None:
                return SharedBundle(known, self._ask)
            mine = key not in self._loading
            loading = self._loading.setdefault(key, Future())
        bundle = self._load(key, loading) if mine else loading.result()
        return SharedBundle(bundle, self._ask)

    def _load(self, key: _Key, loading: Future[Judge]) -> Judge:
        folder, device, threads = key
        try:
            bundle = self._load_bundle(folder, device=device, threads=threads)
        except BaseException as error:
            loading.set_exception(error)  # the others' as much as ours
            raise
        else:
            with self._lock:
                self._loaded[key] = bundle
            loading.set_result(bundle)
            return bundle
        finally:
            with self._lock:
                del self._loading[key]

    def _ask(self, bundle: Judge, crops: _Crops) -> Judgement:
        wish = _Wish(bundle, crops)
        with self._lock:
            if self._stopped:
                raise Closed
            self._under_way.add(wish.answer)
        self._wishes.put(wish)
        return wish.answer.result()

    def _serve(self) -> None:
        while True:
            waiting = self._wishes.get_many()
            for bundle in {id(wish.bundle): wish.bundle for wish in waiting}.values():
                self._answer(bundle, [wish for wish in waiting if wish.bundle is bundle])

    def _answer(self, bundle: Judge, wishes: Sequence[_Wish]) -> None:
        try:
            judgements = _apart(judged(bundle, np.concatenate([wish.crops for wish in wishes])), wishes)
        except Exception as error:  # noqa: BLE001 - a thread boundary: every caller raises it as its own
            for wish in wishes:
                if self._take(wish):
                    wish.answer.set_exception(error)
            return
        for wish, judgement in zip(wishes, judgements, strict=True):
            if self._take(wish):
                wish.answer.set_result(judgement)

    def _take(self, wish: _Wish) -> bool:
        """Whether the wish is still to be answered, which it then is no longer."""
        with self._lock:
            waits = wish.answer in self._under_way
            self._under_way.discard(wish.answer)
            return waits

    def _refuse_all(self) -> None:
        self._wishes.close()
        with self._lock:
            self._stopped = True
            refused, self._under_way = self._under_way, set()
        for answer in refused:
            answer.set_exception(Closed())


class SharedBundle:
    """One pipeline's share in a bundle; a Judge that asks the common thread."""

    def __init__(self, bundle: Judge, ask: Callable[[Judge, _Crops], Judgement]) -> None:
        self._bundle, self._ask = bundle, ask

    @property
    def id(self) -> str:
        """The name of the bundle's folder."""
        return self._bundle.id

    @property
    def contract(self) -> Contract:
        """What bundle.json says."""
        return self._bundle.contract

    @property
    def runtime(self) -> str:
        """What runs the network."""
        return self._bundle.runtime

    @property
    def device(self) -> str:
        """Where it runs."""
        return self._bundle.device

    @property
    def fallback(self) -> str | None:
        """Why an asked graphics card is not used."""
        return self._bundle.fallback

    def judge(self, crops: _Crops) -> Judgement:
        """As Bundle.judge, in one batch with what others ask at the moment; Closed once the model stops."""
        if len(crops) == 0:
            return self._bundle.judge(crops)  # runs no network, so there is nothing to wait for
        return self._ask(self._bundle, crops)


def judged(bundle: Judge, crops: _Crops) -> Judgement:
    """What a bundle says of crops (n, 48, 48) uint8, n > 0, in batches of at most four."""
    starts = range(0, len(crops), MOST_AT_ONCE)
    parts = [bundle.judge(crops[start : start + MOST_AT_ONCE]) for start in starts]
    disagreements = [part.disagreement for part in parts if part.disagreement is not None]
    return Judgement(
        np.concatenate([part.probabilities for part in parts]),
        np.concatenate(disagreements) if disagreements else None,
    )


def _apart(judgement: Judgement, wishes: Sequence[_Wish]) -> list[Judgement]:
    """To each caller the rows of its own crops."""
    ends = np.cumsum([len(wish.crops) for wish in wishes])
    rows = [slice(end - len(wish.crops), end) for wish, end in zip(wishes, ends, strict=True)]
    told = judgement.disagreement
    return [Judgement(judgement.probabilities[row], None if told is None else told[row]) for row in rows]


def _nobody_hears(_stage: str, _error: BaseException) -> None:
    """Whoever waits hears it by itself."""
