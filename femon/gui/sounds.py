"""Alarm sounds: made from their table as samples, and played without the window ever waiting for a device."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from femon.alarms import TONES, Note, Sound, SoundName, Tone
from femon.errors import FemonError
from femon.native_messages import native_messages_logged
from femon.stage import run_in_background

if TYPE_CHECKING:
    from femon.gui.controller import RunInBackground

log = logging.getLogger(__name__)

RATE: Final = 44_100  # samples per second, one channel
FADE_S: Final = 0.010
_FADE: Final = int(FADE_S * RATE)
_FULL_SCALE: Final = 32_767
_PERIOD_MS: Final = 60  # of the device: the sooner it asks, the sooner an alarm is heard
_LOOK_MS: Final = 1000
_SILENT_LOOKS: Final = 2  # a device that has asked for nothing for so long is gone
_LOOKS_BEFORE_RETRY: Final = 5

NO_DEVICE: Final = (
    "Sound is off: no audio device was found. Connect speakers or headphones; femon keeps looking for them."
)
DEVICE_GONE: Final = (
    "Sound is off: the audio device has stopped. Connect it again or choose another; femon keeps trying."
)

Samples = NDArray[np.int16]
Fill = Callable[[int], bytes]  # the next n samples as int16; called on a thread of the audio library


class SoundError(FemonError):
    """Nothing can be played."""


class Output(Protocol):
    """An open audio device that keeps asking for samples, in silence too."""

    def close(self) -> None:
        """Let go of the device; may take a while."""


OpenOutput = Callable[[Fill], Output]  # may take seconds; raises SoundError


def samples_of(tone: Tone) -> Samples:
    """The pattern as (n,) int16 at 44.1 kHz: sines with fades of 10 ms, silence up to its period.

    It begins and ends at zero, so it can be played again and again without a click.
    """
    signal = np.concatenate([_note(note) for note in tone.notes]) * tone.loudness
    if tone.period_s is not None:
        signal = np.pad(signal, (0, max(round(tone.period_s * RATE) - len(signal), 0)))
    return np.round(signal * _FULL_SCALE).astype(np.int16)


def _note(note: Note) -> NDArray[np.float64]:
    count = round(note.seconds * RATE)
    if note.hertz <= 0:
        return np.zeros(count)
    end_hertz = note.hertz if note.to_hertz is None else note.to_hertz
    hertz = np.linspace(note.hertz, end_hertz, count)
    signal: NDArray[np.float64] = np.sin(2 * np.pi * np.cumsum(hertz) / RATE)
    ramp = np.linspace(0.0, 1.0, _FADE)
    signal[:_FADE] *= ramp
    signal[-_FADE:] *= ramp[::-1]
    return signal


@dataclass(slots=True, eq=False)
class _Track:
    """One sound on its way out; used by the audio thread only, once it is on."""

    samples: Samples
    loops: bool
    gain: float
    position: int = 0

    def next(self, count: int) -> NDArray[np.float64]:
        """The next samples, silence after the end."""
        places = self.position + np.arange(count)
        self.position += count
        if self.loops:
            chunk = self.samples[places % len(self.samples)]
        else:
            chunk = np.where(
                places < len(self.samples), self.samples[np.minimum(places, len(self.samples) - 1)], 0
            )
        return np.asarray(chunk * self.gain, np.float64)


class Mixer:
    """What is to be heard, handed to the audio thread: one sound at a time, changed with a short fade.

    The window's thread replaces `track` whole and reads `fills`; everything else belongs to the audio thread.
    """

    def __init__(self) -> None:
        self.track: _Track | None = None
        self.fills = 0  # grows as long as the device lives
        self._heard: _Track | None = None

    def fill(self, count: int) -> bytes:
        """The next `count` samples."""
        self.fills += 1
        track, before = self.track, self._heard
        chunk = track.next(count) if track is not None else np.zeros(count)
        if before is not None and before is not track:
            fade = min(_FADE, count)
            chunk[:fade] += before.next(fade) * np.linspace(1.0, 0.0, fade)
        self._heard = track
        return np.clip(np.round(chunk), -_FULL_SCALE, _FULL_SCALE).astype(np.int16).tobytes()


class SoundPlayer(QObject):
    """Plays at most one alarm sound. The device stays open between open() and close().

    A device that cannot be opened, or that vanishes, is a `fault` and never an exception; it is looked for
    again every few seconds. Made and used on the window's thread.
    """

    fault_changed = Signal(str)  # one sentence; empty when sound works again
    _opened = Signal(object)  # Output | SoundError, from the background

    def __init__(
        self,
        *,
        open_output: OpenOutput | None = None,
        background: RunInBackground = run_in_background,
        volume: float = 0.8,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.fault = ""
        self._open_output, self._background = open_output or open_miniaudio, background
        self._volume = volume
        self._mixer = Mixer()
        self._sound: Sound | None = None
        self._output: Output | None = None
        self._wanted = self._opening = False
        self._seen_fills = self._silent_looks = self._looks_without = 0
        self._samples: dict[SoundName, Samples] = {name: samples_of(tone) for name, tone in TONES.items()}
        self._opened.connect(self._take)
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self.look)

    def open(self) -> None:
        """Get hold of the default device in the background."""
        self._wanted = True
        self._timer.start()
        self._try()

    def close(self) -> None:
        """Fall silent and let go of the device in the background."""
        self._wanted, self._sound, self._mixer.track = False, None, None
        self._timer.stop()
        self._release()
        self._say("")

    def play(self, sound: Sound | None) -> None:
        """Make this the one sound there is: start it unless it is on already; None is silence, at once."""
        if sound == self._sound:
            return
        self._sound = sound
        self._mixer.track = (
            None if sound is None else self._track(sound.name, loops=sound.period_s is not None)
        )

    def test(self, name: SoundName) -> None:
        """Play a sound once, unless an alarm sounds; the device must be open."""
        if self._sound is None:
            self._mixer.track = self._track(name, loops=False)

    def set_volume(self, volume: float) -> None:
        """0..1, also for the sound that is on; some sounds keep full volume unless it is 0."""
        self._volume = volume
        track = self._mixer.track
        if track is not None and self._sound is not None:
            track.gain = self._gain(self._sound.name)

    @Slot()
    def look(self) -> None:
        """See whether the device still lives, or whether there is one again; called every second."""
        if self._output is not None:
            self._watch()
        elif self._wanted and not self._opening:
            self._looks_without += 1
            if self._looks_without >= _LOOKS_BEFORE_RETRY:
                self._try()

    def _watch(self) -> None:
        alive = self._mixer.fills != self._seen_fills
        self._seen_fills = self._mixer.fills
        self._silent_looks = 0 if alive else self._silent_looks + 1
        if self._silent_looks >= _SILENT_LOOKS:
            self._release()
            self._say(DEVICE_GONE)

    def _try(self) -> None:
        if self._output is None and not self._opening:
            self._opening, self._looks_without = True, 0
            self._background("open sound", self._open_device)

    def _open_device(self) -> None:
        """On the background thread."""
        try:
            opened: Output | SoundError = self._open_output(self._mixer.fill)
        except SoundError as error:
            opened = error
        self._opened.emit(opened)

    @Slot(object)
    def _take(self, opened: Output | SoundError) -> None:
        self._opening = False
        if isinstance(opened, SoundError):
            self._say(str(opened) if self._wanted else "")
            return
        self._output, self._silent_looks = opened, 0
        if self._wanted:
            self._say("")
        else:
            self._release()

    def _release(self) -> None:
        output, self._output = self._output, None
        self._looks_without = 0
        if output is not None:
            self._background("close sound", output.close)

    def _say(self, fault: str) -> None:
        if fault != self.fault:
            self.fault = fault
            self.fault_changed.emit(fault)

    def _track(self, name: SoundName, *, loops: bool) -> _Track:
        return _Track(self._samples[name], loops, self._gain(name))

    def _gain(self, name: SoundName) -> float:
        return 1.0 if TONES[name].full_volume and self._volume > 0 else self._volume


def open_miniaudio(fill: Fill) -> Output:
    """The system's default playback device; raises SoundError. Its own thread calls `fill` from now on."""
    try:
        import miniaudio
    except (ImportError, OSError) as error:
        raise SoundError(
            f"Sound is off: the package miniaudio cannot be loaded ({error}). Run: pip install miniaudio"
        ) from error
    try:
        with native_messages_logged():  # ALSA writes a page about every card that is not there
            device = miniaudio.PlaybackDevice(
                output_format=miniaudio.SampleFormat.SIGNED16,
                nchannels=1,
                sample_rate=RATE,
                buffersize_msec=_PERIOD_MS,
                callback_periods=2,
                app_name="femon",
            )
            if device.backend == "Null":  # the stand-in for systems without any sound: nobody hears it
                device.close()
                raise SoundError(NO_DEVICE)
            asking = _asking(fill)
            next(asking)
            device.start(asking)
    except miniaudio.MiniaudioError as error:
        log.info("no playback device: %s", error)
        raise SoundError(NO_DEVICE) from error
    opened: Output = device
    return opened


def _asking(fill: Fill) -> Generator[bytes, int, None]:
    """The conversation miniaudio wants: it sends how many samples it needs."""
    count = yield b""
    while True:
        count = yield fill(count)
