"""The studio as an ASGI app."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, closing, nullcontext
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from overture.feedback import FeedbackStore
from overture.generation import Drafter
from overture.generation.seat_store import SeatStore
from overture.messaging import Outreach, Transport, open_transport

from . import (
    api_bulk,
    api_candidates,
    api_classify,
    api_contents,
    api_credits,
    api_drafts,
    api_erasure,
    api_feedback,
    api_health,
    api_insights,
    api_jobs,
    api_messages,
    api_presets,
    api_replies,
    api_settings,
    api_templates,
    api_threads,
    api_webhooks,
    page_compose,
    page_compose_shelf,
    page_compose_templates,
    page_inbox,
    page_inbox_notices,
    page_insights,
    page_review,
    page_settings,
    page_settings_data,
    page_settings_texts,
    page_sign_in,
)
from .access import SignInNeededError
from .bulk_worker import BulkWorker, drafting_in_bulk
from .guards import Guards
from .housekeeping import in_background
from .keys import KeyStore
from .openapi import DescribedApp
from .pages import STATIC
from .problems import ProblemBody, answer_with_problems
from .rate_limit import RateLimit
from .services import LazyClassifier, Services
from .sessions import close_open_sessions
from .settings import StudioSettings, check_bind
from .store import StudioStore

if TYPE_CHECKING:
    from overture.classification import ReplyClassifier
    from overture.generation.writers import Writer

_API = (
    api_drafts, api_candidates, api_jobs, api_contents, api_presets, api_bulk, api_classify, api_feedback,
    api_messages, api_replies, api_credits, api_insights, api_settings, api_templates, api_threads, api_webhooks,
    api_erasure,
)  # fmt: skip
_PAGES = (
    page_sign_in, page_compose, page_compose_shelf, page_compose_templates, page_inbox, page_inbox_notices,
    page_insights, page_review, page_settings, page_settings_data, page_settings_texts,
)  # fmt: skip


def create_app(
    settings: StudioSettings | None = None,
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    transport: Transport | None = None,
    writer: Writer | None = None,
    classifier: Callable[[], ReplyClassifier] | None = None,
) -> FastAPI:
    """An app over a database; whatever is not given comes from the settings.

    Raises:
        ConfigurationError: the database cannot be opened, the model or the transport has no known form, or the app
            would be reachable from other machines without a key.
    """
    settings = settings or StudioSettings()
    services = open_services(settings, clock=clock, transport=transport, writer=writer, classifier=classifier)
    try:
        check_bind(settings, keys=services.keys.count())
        close_open_sessions(services.store, besides=settings.open_seat)
    except Exception:
        services.close()
        raise
    app = DescribedApp(
        title="Overture",
        version=version("overture"),
        summary="Truthful, personal first messages for recruiters.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/v1/openapi.json",
        lifespan=_lifespan,
        responses={
            "4XX": {"model": ProblemBody, "description": "It was not done, and why."},
            "5XX": {"model": ProblemBody, "description": "It did not work here, or with a model; try again."},
        },
    )
    app.state.services = services
    app.state.bulk = BulkWorker(services)
    app.state.rate_limit = RateLimit(per_minute=settings.requests_per_minute, burst=settings.burst)
    app.state.sign_in_limit = RateLimit(per_minute=10, burst=10)
    answer_with_problems(app)
    app.add_exception_handler(SignInNeededError, page_sign_in.to_sign_in)
    for module in _API:
        app.include_router(module.router, prefix="/v1")
    for module in _PAGES:
        app.include_router(module.router, include_in_schema=False)
    app.include_router(api_health.router, include_in_schema=False)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_middleware(Guards, settings=settings)
    return app


def open_services(
    settings: StudioSettings,
    *,
    clock: Callable[[], datetime],
    transport: Transport | None = None,
    writer: Writer | None = None,
    classifier: Callable[[], ReplyClassifier] | None = None,
) -> Services:
    """Everything behind a studio, open.

    Raises:
        ConfigurationError: the database cannot be opened, or the model or the transport has no known form.
    """
    store = StudioStore(settings.database_url)
    labels = LazyClassifier(classifier or _shipped)
    model: Any = writer or settings.model
    return Services(
        settings=settings,
        clock=clock,
        store=store,
        keys=KeyStore(store),
        outreach=Outreach(
            settings.database_url,
            transport=transport or open_transport(settings.transport, clock=clock),
            classifier=_Lazy(labels),
            clock=clock,
        ),
        seats=SeatStore(settings.database_url, clock=clock),
        feedback=FeedbackStore(settings.database_url, clock=clock),
        drafter=Drafter(model, base_url=settings.base_url),
        classifier=labels,
    )


class _Lazy:
    """What messaging labels with: the classifier, from its first reply on."""

    def __init__(self, load: LazyClassifier) -> None:
        self._load = load

    def classify(self, *arguments: Any, **options: Any) -> Any:
        """As `ReplyClassifier.classify`."""
        return self._load().classify(*arguments, **options)


def _shipped() -> ReplyClassifier:
    from overture.classification import ReplyClassifier

    return ReplyClassifier.load()


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncGenerator[None]:
    services: Services = app.state.services
    with closing(services), in_background(services) if services.settings.dispatch else nullcontext():
        async with drafting_in_bulk(app.state.bulk):
            yield
