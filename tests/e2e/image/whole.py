"""The rest of the suites against the container: minutes, so `make conformance` names this file and `make test` does not."""

from __future__ import annotations

import pytest
from tests.e2e.functions.test_chains import (  # noqa: F401 - collected here too
    test_from_a_bucket_to_a_queue,
)
from tests.e2e.functions.test_lambda_clients import (  # noqa: F401
    test_a_function_url_by_its_host,
    test_an_event_that_fails_goes_to_its_destination,
    test_changed_code_and_variables_hold_for_the_next_call,
    test_reserved_concurrency_answers_429,
    test_the_first_function_of_a_user_by_the_aws_command,
    test_the_log_of_one_invocation_comes_with_its_answer,
    test_what_a_function_wrote_is_found_by_the_aws_command,
)
from tests.e2e.image.suites import run_oci, shared_stack, stack  # noqa: F401 - fixtures
from tests.e2e.test_aws_clients import (  # noqa: F401
    test_sync_of_10_000_small_files,
    test_ten_consumers_lose_nothing_and_see_nothing_twice,
    test_the_first_steps_of_a_user,
)
from tests.e2e.test_dynamodb_clients import (  # noqa: F401
    table,
    test_compressed_both_ways,
    test_the_aws_command,
    test_the_resource_pages_through_queries_and_scans,
)
from tests.e2e.test_sns_clients import (  # noqa: F401
    test_a_subscriber_that_hangs_holds_up_nobody_else,
    test_an_http_subscriber_gets_signed_messages_and_another_try_after_a_500,
    test_topics_by_the_aws_command,
)

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]


def test_the_oci_suite_of_the_next_version(podman):
    assert "1 passed" in run_oci(podman, "dev and basic")
