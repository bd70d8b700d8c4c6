"""A part of the suites that the local processes pass, passed by the container; `whole.py` has the rest."""

from __future__ import annotations

import pytest
from tests.e2e.functions.test_chains import (  # noqa: F401 - collected here too
    test_from_a_bucket_through_a_topic_to_two_queues,
)
from tests.e2e.functions.test_lambda_clients import (  # noqa: F401
    test_an_error_of_a_function_is_told_as_aws_tells_it,
    test_code_of_a_bucket_with_two_layers,
    test_versions_stay_as_they_were_and_an_alias_moves,
)
from tests.e2e.image.suites import run_oci, shared_stack, stack  # noqa: F401 - fixtures
from tests.e2e.test_aws_clients import (  # noqa: F401
    test_data_survives_a_restart,
    test_long_polling_answers_as_soon_as_a_message_is_there,
)
from tests.e2e.test_dynamodb_clients import (  # noqa: F401
    table,
    test_pynamodb,
    test_streams_tell_of_every_change,
    test_tables_items_and_indexes_survive_a_restart,
    test_the_resource_keeps_every_type,
    test_the_resource_updates_under_conditions,
)
from tests.e2e.test_sns_clients import (  # noqa: F401
    test_what_a_subscriber_refuses_for_good_is_a_dead_letter,
)

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]


def test_the_oci_suite(podman):
    assert "1 passed" in run_oci(podman, "1.1 and basic")
