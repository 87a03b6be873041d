"""The control API: what tests, scripts and the phone page do in a citizen's name, and to the world."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.zalo.config import Agency
from local.zalo.inbound import BadRequest, Draft
from local.zalo.media import SAMPLES
from local.zalo.simulator import Simulator
from local.zalo.store import Document
from local.zalo.world import shown

KEPT = "id name phone online anonymous age gender city location platform".split()

Action = Callable[[Request, Document, Agency], Awaitable[Any]]


class CitizenApi:
    """`/sim/citizens/…`: everything one citizen can do in one OA."""

    def __init__(self, simulator: Simulator) -> None:
        self._sim = simulator

    def routes(self) -> list[Route]:
        """One route per action; each answers JSON."""
        actions: dict[str, Action] = {
            "messages": self.send,
            "follow": self.follow,
            "unfollow": self.unfollow,
            "seen": self.seen,
            "chatnow": self.open_chat,
            "withdraw": self.withdraw,
            "submit_info": self.submit_info,
            "react": self.react,
            "rate": self.rate,
            "block": self.block,
            "unblock": self.unblock,
        }
        found = [
            Route(f"/sim/citizens/{{id}}/{name}", self._endpoint(action), methods=["POST"])
            for name, action in actions.items()
        ]
        return [
            *found,
            Route("/sim/citizens/{id}/messages", self._endpoint(self.messages), methods=["GET"]),
            Route("/sim/citizens/{id}/chats", answered(self.chats), methods=["GET"]),
            Route("/sim/citizens", answered(self.everybody), methods=["GET"]),
            Route("/sim/citizens", answered(self.save), methods=["POST"]),
        ]

    async def everybody(self, request: Request) -> list[Document]:
        """All citizens, with the id under which each OA knows them."""
        agencies = self._sim.config.agencies
        return [
            citizen
            | {"user_ids": {key: self._sim.world.user_id(a, citizen["id"]) for key, a in agencies.items()}}
            for citizen in self._sim.world.citizens()
        ]

    async def save(self, request: Request) -> Document:
        """Make or change a citizen: id, name, phone, online, anonymous, and what broadcasts choose by."""
        body = await fields(request)
        values: Document = {k: body[k] for k in KEPT if k in body}
        if not values.get("id"):
            raise BadRequest("id is missing")
        citizen = self._sim.world.save_citizen(values)
        if citizen["online"]:
            self._sim.outbound.come_online(citizen)
        return citizen

    async def send(self, request: Request, citizen: Document, agency: Agency) -> Document:
        """Send a message; media come as `url`, `urls`, `sample` (a name, or several) or uploads."""
        body = await fields(request)
        draft = Draft(
            kind=str(body.get("kind", "text")),
            text=body.get("text") or body.get("payload"),
            urls=[*([body["url"]] if body.get("url") else []), *body.get("urls", [])],
            lat=_number(body, "lat"),
            lon=_number(body, "lon"),
            quote=body.get("quote") or None,
            name=body.get("name"),
            phone=body.get("phone"),
            sticker=body.get("sticker"),
            hidden=str(body.get("hidden", "")).lower() in ("1", "true"),
        )
        draft.items = [self._sample(name) for name in _several(body, "sample")]
        form = await request.form() if _is_form(request) else None
        for upload in form.getlist("file") + form.getlist("upload") if form else []:
            if isinstance(upload, UploadFile):
                kind = upload.content_type or ""
                draft.items.append(self._sim.media.save(upload.file, upload.filename or "file", kind))
        message = self._sim.inbound.send(agency, citizen, draft)
        return {"msg_id": message["msg_id"]}

    async def messages(self, request: Request, citizen: Document, agency: Agency) -> list[Document]:
        """Both directions, oldest first."""
        base = self._sim.config.base_url
        return [shown(message, base) for message in self._sim.world.messages(agency, citizen["id"])]

    async def chats(self, request: Request) -> list[Document]:
        """One citizen's OAs as a contact list shows them: last message, how many are unseen, following."""
        citizen, world = self._sim.world.citizen(request.path_params["id"]), self._sim.world
        found = []
        for agency in self._sim.config.agencies.values():
            line, chat = world.messages(agency, citizen["id"]), world.chat(agency, citizen["id"])
            found.append(
                {
                    "oa": agency.key,
                    "name": agency.name,
                    "last": shown(line[-1], self._sim.config.base_url) if line else None,
                    "unseen": sum(m["from"] == "oa" and m["state"] == "received" for m in line),
                    "follows": chat["follows"],
                    "met": chat["met"],
                    "refusal": chat["refusal"],
                }
            )
        return found

    async def follow(self, request: Request, citizen: Document, agency: Agency) -> Document:
        """Follow the OA."""
        self._sim.inbound.follow(agency, citizen, follows=True)
        return {"follows": True}

    async def unfollow(self, request: Request, citizen: Document, agency: Agency) -> Document:
        """Leave the OA."""
        self._sim.inbound.follow(agency, citizen, follows=False)
        return {"follows": False}

    async def seen(self, request: Request, citizen: Document, agency: Agency) -> Document:
        """Look at the chat: all unseen messages, or those in `msg_ids`, are seen."""
        named = (await fields(request)).get("msg_ids")
        return {"msg_ids": self._sim.outbound.see(agency, citizen, named)}

    async def open_chat(self, request: Request, citizen: Document, agency: Agency) -> Document:
        """Tap "Nhắn tin" for the first time."""
        return {"told": self._sim.inbound.open_chat(agency, citizen)}

    async def withdraw(self, request: Request, citizen: Document, agency: Agency) -> Document:
        """Withdraw consent: the app must forget this person."""
        self._sim.inbound.withdraw(agency, citizen)
        return {}

    async def submit_info(self, request: Request, citizen: Document, agency: Agency) -> Document:
        """Fill in the form of a request for information; `info` stands in for the usual fields."""
        given = (await fields(request)).get("info") or {}
        address = {"user_city": "Thành phố Hà Nội", "user_ward": "", "user_address": ""}
        info = {"name": citizen["name"], "phone": citizen["phone"], "full_address": address} | given
        return self._sim.inbound.submit_info(agency, citizen, info)

    async def react(self, request: Request, citizen: Document, agency: Agency) -> Document:
        """React to a message with an icon such as `/-strong`."""
        body = await fields(request)
        icon = str(body.get("icon", "/-strong"))
        self._sim.inbound.react(agency, citizen, str(body.get("msg_id", "")), icon)
        return {}

    async def rate(self, request: Request, citizen: Document, agency: Agency) -> Document:
        """Answer a rating template: `msg_id`, `rate` 1 to 5, `note`."""
        body = await fields(request)
        rate = _number(body, "rate")
        if rate is None or not 1 <= rate <= 5:
            raise BadRequest("rate is from 1 to 5")
        return self._sim.inbound.rate(
            agency, citizen, str(body.get("msg_id")), int(rate), body.get("note") or ""
        )

    async def block(self, request: Request, citizen: Document, agency: Agency) -> Document:
        """Refuse the OA's messages with `error`: -244 (default), -217, -218 or -227."""
        code = int((await fields(request)).get("error", -244))
        self._sim.world.save_chat(self._sim.world.chat(agency, citizen["id"]) | {"refusal": code})
        return {"error": code}

    async def unblock(self, request: Request, citizen: Document, agency: Agency) -> Document:
        """Take messages again."""
        self._sim.world.save_chat(self._sim.world.chat(agency, citizen["id"]) | {"refusal": None})
        return {"error": None}

    def _endpoint(self, action: Action) -> Callable[[Request], Awaitable[Response]]:
        async def run(request: Request) -> Any:
            named = request.query_params.get("oa") or (await fields(request)).get("oa")
            agency = agency_of(self._sim, named)
            return await action(request, self._sim.world.citizen(request.path_params["id"]), agency)

        return answered(run)

    def _sample(self, name: str) -> Document:
        path = SAMPLES / name
        if path.parent != SAMPLES or not path.is_file():
            raise BadRequest(f"no sample {name}: see GET /sim/samples")
        return self._sim.media.save(path.read_bytes(), path.name)


def agency_of(simulator: Simulator, named: Any) -> Agency:
    """An OA by the agency's key or its OA id."""
    for agency in simulator.config.agencies.values():
        if named in (agency.key, agency.oa_id):
            return agency
    raise BadRequest(f"oa must be one of {', '.join(simulator.config.agencies)}")


def answered(run: Callable[[Request], Awaitable[Any]]) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint that answers JSON, and 400 with the reason if it was asked nonsense."""

    async def endpoint(request: Request) -> Response:
        try:
            return JSONResponse(await run(request))
        except BadRequest as error:
            return JSONResponse({"error": str(error)}, 400)

    return endpoint


async def fields(request: Request) -> dict[str, Any]:
    """The fields of a JSON or form body; an empty body has none."""
    if _is_form(request):
        return {key: value for key, value in (await request.form()).items() if isinstance(value, str)}
    body = await request.body()
    try:
        found = json.loads(body) if body.strip() else {}
    except ValueError as error:
        raise BadRequest("body is not JSON") from error
    if not isinstance(found, dict):
        raise BadRequest("body is not an object")
    return found


def _is_form(request: Request) -> bool:
    return request.headers.get("content-type", "").startswith(("multipart/", "application/x-www-form"))


def _several(body: dict[str, Any], key: str) -> list[str]:
    value = body.get(key) or []
    return [value] if isinstance(value, str) else list(value)


def _number(body: dict[str, Any], key: str) -> float | None:
    try:
        return None if body.get(key) in (None, "") else float(body[key])
    except (TypeError, ValueError) as error:
        raise BadRequest(f"{key} is not a number") from error
