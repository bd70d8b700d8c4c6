"""Invocations: from a request to an environment that runs the function, and back.

For others in this process (event sources, function URLs), where `invocations` is a `homeport.aws.lambda_.invoking.invocations.Invocations`:

    result = await invocations.invoke(Invocation(account, region, name, payload))      # RequestResponse
    result.payload, result.function_error, result.executed_version, result.log, result.request_id

    await invocations.accept(Invocation(account, region, name, payload))               # Event: returns after the durable commit

    stream = await invocations.stream(Invocation(account, region, name, payload))      # returns when the response begins
    stream.content_type, stream.executed_version, stream.request_id
    async for piece in stream: ...                                                     # the payload as it comes
    stream.error_code, stream.error_details, stream.log                                # after the last piece
    await stream.aclose()                                                              # always

    invocations.function_changed(function)     # after each commit that changed or deleted a function: its old environments end

All raise the `AwsError` that a client of Invoke would get. `Invocation` and `Result` are in `invoking.invocation`; further fields of
`Invocation` have defaults: `qualifier`, `client_context`, `cognito_identity`, `request_id`, `trace`, `wants_log`.
"""
