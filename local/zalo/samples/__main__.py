"""Makes the sample files. Needs ffmpeg, and espeak-ng for the voice; the results are in the repository."""

import subprocess
import tempfile
from pathlib import Path

from PIL import Image

from local.zalo.samples import scenes

FILES = Path(__file__).parent / "files"
CLIP, RATE, SECONDS = (640, 360), 15, 3
SPOKEN = "Tôi muốn phản ánh xe máy đi ngược chiều ở phố Huế lúc bảy giờ sáng nay."
# Name, picture, place (latitude, longitude) and moment that the EXIF tells.
PHOTOS = (
    ("vuot-den-do", scenes.red_light, (21.0031, 105.8201), "2026:11:23 07:42:10"),
    ("do-tren-via-he", scenes.parked_on_pavement, (21.0153, 105.8507), "2026:11:23 16:05:33"),
    ("o-ga", scenes.pothole, (21.0366, 105.7906), "2026:11:22 09:18:47"),
    ("den-duong-hong", scenes.broken_lamp, (20.9932, 105.8410), "2026:11:21 19:50:02"),
)


def main() -> None:
    """Draw, film and speak."""
    FILES.mkdir(exist_ok=True)
    for name, scene, place, moment in PHOTOS:
        picture = scene().photo()
        picture.save(FILES / f"{name}.jpg", quality=78, optimize=True, exif=_exif(place, moment))
    scenes.letter().save(FILES / "don-phan-anh.pdf", resolution=100)
    with tempfile.TemporaryDirectory() as folder:
        _film(Path(folder))
        _speak(Path(folder))


def _exif(place: tuple[float, float], moment: str) -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0131] = "Lang Nghe", "Simulated phone", "local.zalo.samples"
    exif[0x0132] = moment
    exif.get_ifd(0x8769).update({0x9003: moment, 0x9011: "+07:00"})
    exif.get_ifd(0x8825).update({1: "N", 2: _degrees(place[0]), 3: "E", 4: _degrees(place[1])})
    return exif


def _degrees(value: float) -> tuple[float, float, float]:
    degrees, rest = divmod(value, 1)
    minutes, rest = divmod(rest * 60, 1)
    return degrees, minutes, round(rest * 60, 2)


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
