"""Ruby functions see and say what they do on AWS."""

import pytest
from tests.aws.lambda_.executors.functions import version

from homeport.aws.lambda_.executors.base import Exit, MissingRuntime
from homeport.aws.lambda_.runtimes import ruby
from homeport.aws.lambda_.runtimes.base import Places

needs_ruby = pytest.mark.skipif(ruby.Ruby()._interpreter(4) is None, reason="no Ruby 3 here")


@pytest.fixture
def run(start):
    async def run(code, handler="app.handler", **more):
        return await start({"app.rb": code}, handler, runtime="ruby3.3", **more)

    return run


@needs_ruby
async def test_it_answers_again_and_again(run):
    function = await run("def handler(event:, context:) = event")
    for event in ({"a": ["ü"]}, 1, None):
        assert (await function.invoke(event)).json == event


@needs_ruby
async def test_a_method_of_a_module(run):
    code = "module Outer; class App; def self.call(event:, context:) = 'here'; end; end"
    assert (await (await run(code, "app.Outer::App.call")).invoke()).json == "here"


@needs_ruby
async def test_the_context(run):
    code = """
        def handler(event:, context:)
          [context.aws_request_id, context.function_name, context.client_context, context.get_remaining_time_in_millis > 0]
        end
        """
    function = await run(code, variables={"AWS_LAMBDA_FUNCTION_NAME": "f"})
    told = await function.invoke(Lambda_Runtime_Client_Context='{"custom": 1}')
    assert told.json == ["request-1", "f", {"custom": 1}, True]


@needs_ruby
async def test_an_error_of_the_function(run):
    function = await run("def handler(event:, context:)\n  raise ArgumentError, 'no'\nend\n")
    told = await function.invoke()
    assert told.path == "/invocation/request-1/error"
    assert (told.json["errorType"], told.json["errorMessage"]) == ("Function<ArgumentError>", "no")
    assert told.json["stackTrace"][0].startswith("/var/task/app.rb:2:in ")
    assert "Error raised from handler method" in function.log


@needs_ruby
@pytest.mark.parametrize(
    ("code", "handler", "kind"),
    [
        ("", "gone.handler", "Init<LoadError>"),
        ("raise 'no'", "app.handler", "Init<RuntimeError>"),
        ("def (", "app.handler", "Init<SyntaxError>"),
        ("", "app", "Init<ArgumentError>"),
    ],
)
async def test_a_start_that_fails(run, code, handler, kind):
    function = await run(code, handler)
    told = await function.failed_start()
    assert (told.path, told.json["errorType"]) == ("/init/error", kind)
    assert await function.ended() == Exit(1)


@needs_ruby
async def test_output_is_there(run):
    function = await run("def handler(event:, context:)\n  puts 'line'\n  $stderr.print 'x'\nend\n")
    await function.invoke()
    assert function.log == "line\nx"


@needs_ruby
async def test_an_exit_ends_the_runtime(run):
    function = await run("def handler(event:, context:) = exit(4)")
    await function.api.give(None, {})
    assert await function.ended() == Exit(4)


def interpreters(monkeypatch, **versions):
    paths = {ruby.Path(f"/{name}/bin/ruby"): found for name, found in versions.items()}
    monkeypatch.setattr(ruby.interpreters, "real", lambda _: iter(paths))
    monkeypatch.setattr(ruby, "_version_of", paths.get)


@pytest.mark.parametrize(
    ("runtime", "chosen"), [("ruby3.2", "a"), ("ruby3.3", "b"), ("ruby3.4", "b")]
)
def test_the_nearest_version_is_chosen(monkeypatch, runtime, chosen):
    interpreters(monkeypatch, a=(3, 1), b=(3, 3), c=(2, 7))
    assert ruby.Ruby().run(version(runtime), Places()).command[0] == f"/{chosen}/bin/ruby"


def test_none_at_all(monkeypatch):
    interpreters(monkeypatch, c=(2, 7))
    with pytest.raises(MissingRuntime, match="Function f needs Ruby 3, which was not found"):
        ruby.Ruby().run(version("ruby3.3"), Places())
