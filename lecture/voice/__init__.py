"""Speech: voices, the lecturer's own recordings, and one loudness for all of it."""

from lecture.voice.choose import choose_voice
from lecture.voice.errors import VoiceError, VoiceInputError
from lecture.voice.narration import Narrator, SpokenLecture, SpokenLine, speak_lecture
from lecture.voice.protocol import Voice
from lecture.voice.recordings import Recordings, recording_name
from lecture.voice.sound import RATE, Samples, Sound

__all__ = [
    "RATE",
    "Narrator",
    "Recordings",
    "Samples",
    "Sound",
    "SpokenLecture",
    "SpokenLine",
    "Voice",
    "VoiceError",
    "VoiceInputError",
    "choose_voice",
    "recording_name",
    "speak_lecture",
]
