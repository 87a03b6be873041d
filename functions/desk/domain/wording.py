"""Turns what the desk knows into the agency's own words (the texts of its TOML file)."""

from collections.abc import Sequence
from datetime import datetime

from desk import agencies
from desk.agencies import Agency
from desk.domain import payloads
from desk.domain.clock import local, parse
from desk.domain.message import Seen
from desk.domain.report import Report
from desk.language.features import agency_of, taxonomy

_LABELS = {row["id"]: row["label"] for row in taxonomy()}
_MEDIA = {"image": "photos", "gif": "photos", "video": "videos", "audio": "audios", "file": "files"}


class Wording:
    """The texts of one agency in one language."""

    def __init__(self, agency: Agency, english: bool = False) -> None:
        self.agency = agency
        self.english = english

    def __call__(self, key: str, /, **values: object) -> str:
        return self.agency.text(key, english=self.english, **values)

    def menu(self) -> list[dict[str, str]]:
        """The agency's menu as buttons."""
        return [
            self._button(entry["title"], entry.get("title_en"), entry["payload"])
            for entry in self.agency.data["menu"]
        ]

    def _button(self, title: str, title_en: str | None, payload: str) -> dict[str, str]:
        return {"title": title_en if self.english and title_en else title, "payload": payload}

    def buttons(self, *wanted: tuple[str, str]) -> list[dict[str, str]]:
        """Buttons by command and argument, titled by the texts `button_<command>`."""
        return [
            {"title": self(f"button_{name}"), "payload": payloads.payload(name, argument)}
            for name, argument in wanted
        ]

    def name_of(self, agency: str) -> str:
        """An agency's name for citizens."""
        return agencies.agency(agency).name

    def label(self, category: str) -> str:
        """What a class is called; empty for none."""
        if category in {"other", "human_agent"}:
            return ""
        return category.replace("_", " ") if self.english else _LABELS.get(category, "")

    def answers(self, category: str) -> bool:
        """Whether a question of a class has an answer, or an agency that gives it."""
        owner = agency_of(category)
        return category in self.agency.data.get("answers", {}) or owner not in {"common", "", self.agency.id}

    def enquiry(self, category: str) -> tuple[str, *tuple[dict[str, str], ...]]:
        """The answer to a question of a class, from this agency or by pointing to the one that knows."""
        own = self.agency.data.get("answers", {}).get(category)
        if own is not None:
            found: str = own.get("en", own["vi"]) if self.english else own["vi"]
            links = [{"title": link["title"], "url": link["url"]} for link in own.get("links", ())]
            links += self.buttons(*((name, "") for name in own.get("buttons", ())))
            links += [
                self._button(tap["title"], tap.get("title_en"), tap["payload"]) for tap in own.get("taps", ())
            ]
            return (
                found.strip().format_map({**self.agency.data["contacts"], "agency": self.agency.name}),
                *links,
            )
        owner = agency_of(category)
        if owner not in {"common", "", self.agency.id}:
            other = agencies.agency(owner)
            text = self(
                "enquiry_elsewhere", other=other.name, other_hotline=other.data["contacts"]["hotline"],
                what=self.label(category),
            )  # fmt: skip
            return (text,)
        return (self("enquiry_unknown"), *self.buttons(("person", "")))

    def when(self, iso: str) -> str:
        """A time as people say it: 07:30 ngày 24/11, or the day alone."""
        if len(iso) <= 10:
            return datetime.fromisoformat(iso).strftime("%d/%m/%Y")
        return local(parse(iso)).strftime("%H:%M %d/%m/%Y")

    def understood(self, report: Report) -> str:
        """The facts of a report in one line."""
        parts = [self.label(report.category)]
        if report.plates:
            parts.append(
                self(
                    "plates",
                    plates=", ".join(
                        p["readings"][0] if p["readings"] else p["compact"] for p in report.plates
                    ),
                )
            )
        if report.when:
            parts.append(self.when(report.when["iso"]))
        if report.place:
            parts.append(report.place["text"])
        elif report.location:
            parts.append(self("pinned"))
        return ", ".join(p for p in parts if p)

    def media(self, messages: Sequence[Seen]) -> str:
        """How many pictures, videos … there are, in words; empty when there are none."""
        counts: dict[str, int] = {}
        for message in messages:
            if message.kind in _MEDIA:
                counts[_MEDIA[message.kind]] = counts.get(_MEDIA[message.kind], 0) + max(
                    1, len(message.evidence)
                )
        return ", ".join(self(kind, count=count) for kind, count in counts.items())

    def filed(self, report: Report, messages: Sequence[Seen] = ()) -> str:
        """A new report: what was understood, and its code."""
        what = ", ".join(p for p in (self.understood(report), self.media(messages)) if p)
        return self("filed" if what else "filed_bare", what=what, code=report.code)

    def added(self, report: Report, messages: Sequence[Seen]) -> str:
        """What came in addition to a report."""
        pictures = self.media(messages)
        told = self.understood(report) if any(m.text for m in messages) else ""
        what = ", ".join(p for p in (pictures, told) if p)
        return self("added" if what else "added_bare", what=what, code=report.code)

    def status(self, report: Report) -> str:
        """Where a report stands, in one line."""
        where = self(f"status_{report.status}")
        if report.agency != self.agency.id:
            where = self("status_elsewhere", where=where, other=self.name_of(report.agency))
        what = self.label(report.category)
        since = self.when(report.updated_at)
        return self("status_line", code=report.code, what=what or self("something"), where=where, since=since)
