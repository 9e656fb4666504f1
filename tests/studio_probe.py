"""Routes that only tests have: they count, fail, stream and wait, so that what stands around routes can be seen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from threading import Event

from fastapi import APIRouter, FastAPI, Response
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, Field

from overture.errors import InputError
from overture.studio.access import ClassifyCaller, DraftCaller, SignedIn
from overture.studio.idempotency import IdempotentRoute
from overture.studio.problems import ProblemError


class Body(BaseModel):
    """What a probe is sent."""

    text: str = Field(default="", max_length=1_000_000)


class Probe:
    """A few routes beside the studio's own, and what they did."""

    def __init__(self, app: FastAPI) -> None:
        self.done: list[str] = []
        self.entered, self.may_go_on = Event(), Event()
        self.may_go_on.set()
        api = APIRouter(route_class=IdempotentRoute, include_in_schema=False)
        api.add_api_route("/probe", self.work, methods=["POST"], status_code=201)
        api.add_api_route("/probe/classify", self.label, methods=["POST"])
        api.add_api_route("/probe/stream", self.stream, methods=["POST"], response_model=None)
        api.add_api_route("/probe/fail/{how}", self.fail, methods=["POST"])
        api.add_api_route("/probe/secret", self.secret, methods=["POST"], response_model=None)
        api.add_api_route("/probe/{name}", self.read, methods=["GET"])
        app.include_router(api, prefix="/v1")
        app.add_api_route("/probe-page", self.write_page, methods=["POST"], include_in_schema=False)
        app.add_api_route("/probe-open", self.write_open, methods=["POST"], include_in_schema=False)

    def work(self, body: Body, caller: DraftCaller, response: Response) -> dict[str, int]:
        """Something is made; it waits where a test says so."""
        self.entered.set()
        assert self.may_go_on.wait(10)
        self.done.append(caller.seat)
        response.headers["Location"] = f"/v1/probe/made-{len(self.done)}"
        return {"made": len(self.done), "length": len(body.text)}

    def label(self, body: Body, caller: ClassifyCaller) -> dict[str, int]:
        """Nothing is kept."""
        self.done.append(caller.seat)
        return {"read": len(body.text)}

    async def stream(self, body: Body, caller: DraftCaller) -> StreamingResponse:
        """Three parts, or a break after the first."""
        self.done.append(caller.seat)

        async def parts() -> AsyncIterator[str]:
            for number in range(3):
                if body.text == "break" and number == 1:
                    raise RuntimeError(body.text)
                yield f"data: {number}\n\n"
                await asyncio.sleep(0)

        return StreamingResponse(parts(), media_type="text/event-stream")

    def fail(self, how: str, body: Body, caller: DraftCaller) -> None:
        """It goes wrong in a way of the caller's choice."""
        self.done.append(caller.seat)
        if how == "refused":
            raise ProblemError(409, "refused", "a rule says no", rule="S-1")
        if how == "input":
            raise InputError("S-1: the time is over", field="at")
        try:
            raise ValueError(body.text)
        except ValueError as error:
            raise RuntimeError(f"while at work on {body.text}") from error

    def secret(self, caller: DraftCaller) -> JSONResponse:
        """A secret that is given once."""
        self.done.append(caller.seat)
        return JSONResponse({"secret": "whsec_once"}, status_code=201, headers={"Cache-Control": "no-store"})

    def read(self, name: str, caller: DraftCaller) -> dict[str, str]:
        """Something that is read."""
        return {"name": name, "seat": caller.seat}

    async def write_page(self, session: SignedIn) -> dict[str, str]:
        """A write of a page."""
        return {"seat": session.seat}

    async def write_open(self, body: Body) -> int:
        """A write that asks for nobody's key; its body is read."""
        return len(body.text)
