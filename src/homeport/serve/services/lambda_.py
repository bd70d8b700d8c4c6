"""Lambda, opened: functions, what runs them, what calls them. Loaded while the cloud already answers, as DynamoDB is."""

from __future__ import annotations

import asyncio
import hashlib
import importlib

from homeport import errors
from homeport.aws.delivery.code_objects import CodeObjects
from homeport.aws.delivery.event_sources import lambda_parts as event_parts
from homeport.aws.delivery.event_sources import opened as event_sources
from homeport.aws.delivery.event_sources.known import KnownSources
from homeport.aws.delivery.function_urls import lambda_parts as url_parts
from homeport.aws.delivery.function_urls.function_urls import FunctionUrls
from homeport.aws.lambda_ import operations
from homeport.aws.lambda_.executors.base import Executor
from homeport.aws.lambda_.executors.process.executor import ProcessExecutor
from homeport.aws.lambda_.images import place
from homeport.aws.lambda_.images.images import Images
from homeport.aws.lambda_.invoking import operations as invoking
from homeport.aws.lambda_.invoking.invocations import Invocations
from homeport.aws.lambda_.invoking.settings import InvokeSettings
from homeport.aws.lambda_.lambda_ import Lambda
from homeport.aws.lambda_.mappings.positions import Positions
from homeport.aws.lambda_.store import functions
from homeport.aws.protocol import ids
from homeport.net import files, names
from homeport.serve import background
from homeport.serve.opening import Opening
from homeport.stack import folders, settings


async def open(opening: Opening) -> None:  # noqa: A001 - `lambda_.open`
    """Opens the functions, lets queues, streams and URLs call them, and takes up the events that wait for them."""
    lambda_ = Lambda.open(opening.folder, opening.clock, quota=opening.quota)
    opening.opened.push_async_callback(lambda_.close)
    lambda_.objects = CodeObjects(opening.invoker)
    lambda_.sources = KnownSources(opening.sqs, opening.dynamodb)
    images = lambda_.images = await _images(opening)
    executor = await _executor(opening, images)
    invocations = _invocations(opening, lambda_, executor)
    opening.opened.push_async_callback(invocations.close)
    lambda_.on_function_changed = invocations.function_changed
    opening.add(operations.service(lambda_, invoking.table(invocations)))
    opening.scopes.add("lambda", lambda_.db, functions.SCOPES)
    _open_sources(opening, lambda_, invocations)
    urls = FunctionUrls(
        url_parts.LambdaUrls(lambda_),
        url_parts.InvokedFunctions(invocations),
        opening.authentication,
        opening.clock,
        ids.uuid,
    )
    opening.sites.append(urls.answer)
    invocations.start()


async def _images(opening: Opening) -> Images:
    images = Images(_registry(opening.chosen), opening.folder / "lambda" / "images", opening.quota)
    opening.opened.push_async_callback(images.close)
    await opening.opened.enter_async_context(
        background.running("sweep of unpacked images", images.sweep())
    )
    return images


def _registry(chosen: settings.Settings) -> place.Place:
    """The stack's own registry, as this process reaches it."""
    its, where = chosen.registry, folders.of(chosen)
    return place.own(
        its.host,
        its.port,
        chosen.hostnames,
        is_tls=its.tls,
        ca=files.ca(where.certificates).certificate,
        user=chosen.admin.user if its.auth else "",
        password=where.admin_password,
    )


def _invocations(opening: Opening, lambda_: Lambda, executor: Executor) -> Invocations:
    if opening.logs is None:
        raise errors.HomeportError("Lambda is opened before CloudWatch Logs, to which it writes.")
    chosen = opening.chosen.functions
    said = InvokeSettings(
        environments=chosen.environments, idle_s=chosen.idle_s, endpoint=_endpoint(opening.chosen)
    )
    return Invocations(
        lambda_.functions,
        executor,
        lambda_.db,
        opening.clock,
        ids.uuid,
        opening.logs,
        opening.targets,
        said,
    )


async def _executor(opening: Opening, images: Images) -> Executor:
    """The chosen one; those that are not chosen are not loaded."""
    chosen = opening.chosen.functions
    if chosen.executor == "process":
        return ProcessExecutor(opening.clock, is_isolated=chosen.isolated, images=images)
    name = f"homeport.aws.lambda_.executors.{chosen.executor}.executor"
    module = await asyncio.to_thread(importlib.import_module, name)
    executor: Executor
    if chosen.executor == "docker":
        stack = hashlib.sha256(str(opening.folder.resolve()).encode()).hexdigest()[:32]
        executor = module.DockerExecutor(opening.clock, chosen.docker, stack, images.place)
    else:
        executor = module.KubernetesExecutor()
    return executor


def _endpoint(chosen: settings.Settings) -> str:
    """Our AWS, as functions reach it."""
    host = chosen.cloud.host
    if names.is_wildcard(host):
        host = "::1" if ":" in host else "127.0.0.1"
    return f"http://{f'[{host}]' if ':' in host else host}:{chosen.cloud.port}"


def _open_sources(opening: Opening, lambda_: Lambda, invocations: Invocations) -> None:
    sources = event_sources.opened(
        event_parts.LambdaMappings(lambda_),
        event_parts.InvokedFunctions(invocations),
        event_parts.TargetDestinations(opening.targets),
        Positions(lambda_.db),
        opening.clock,
        sqs=opening.sqs,
        dynamodb=opening.dynamodb,
    )
    lambda_.on_mapping_changed = sources.on_mapping_changed
    # Ends before the engine, and before the services that it reads.
    opening.opened.push_async_callback(sources.close)
    sources.start()
