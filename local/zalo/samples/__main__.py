"""Makes the sample files. Needs ffmpeg, and espeak-ng for the voice; the results are in the repository."""

import subprocess
import tempfile
from datetime import datetime
from pathlib import Path

from local.zalo.samples import scenes
from local.zalo.samples.exif import exif

FILES = Path(__file__).parent / "files"
CLIP, RATE, SECONDS = (640, 360), 15, 3
SPOKEN = "Tôi muốn phản ánh xe máy đi ngược chiều ở phố Huế lúc bảy giờ sáng nay."
# Name, picture, place (latitude, longitude) and moment that the EXIF tells.
PHOTOS = (
    ("vuot-den-do", scenes.red_light, (21.0031, 105.8201), "2026-11-23 07:42:10"),
    ("do-tren-via-he", scenes.parked_on_pavement, (21.0153, 105.8507), "2026-11-23 16:05:33"),
    ("o-ga", scenes.pothole, (21.0366, 105.7906), "2026-11-22 09:18:47"),
    ("den-duong-hong", scenes.broken_lamp, (20.9932, 105.8410), "2026-11-21 19:50:02"),
)


def main() -> None:
    """Draw, film and speak."""
    FILES.mkdir(exist_ok=True)
    for name, scene, place, moment in PHOTOS:
        picture = scene().photo()
        picture.save(
            FILES / f"{name}.jpg", quality=78, optimize=True, exif=exif(place, datetime.fromisoformat(moment))
        )
    scenes.letter().save(FILES / "don-phan-anh.pdf", resolution=100)
    with tempfile.TemporaryDirectory() as folder:
        _film(Path(folder))
        _speak(Path(folder))


def _film(folder: Path) -> None:
    for number in range(RATE * SECONDS):
        scenes.wrong_way(number / RATE, CLIP).save(folder / f"{number:03}.png")
    scenes.wrong_way(1.6, CLIP).save(FILES / "di-nguoc-chieu.poster.jpg", quality=80)
    _run(
        *("ffmpeg", "-y", "-framerate", str(RATE), "-i", str(folder / "%03d.png"), "-c:v", "libx264"),
        *("-crf", "30", "-preset", "veryslow", "-pix_fmt", "yuv420p", "-movflags", "+faststart"),
        *("-metadata", "creation_time=2026-11-23T00:41:00Z", str(FILES / "di-nguoc-chieu.mp4")),
    )


def _speak(folder: Path) -> None:
    _run("espeak-ng", "-v", "vi", "-s", "150", "-w", str(folder / "voice.wav"), SPOKEN)
    _run(
        *("ffmpeg", "-y", "-i", str(folder / "voice.wav"), "-c:a", "aac", "-b:a", "24k", "-ac", "1"),
        str(FILES / "loi-nhan.m4a"),
    )


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


if __name__ == "__main__":
    main()
