"""Limits of transactions, each with its page."""

from __future__ import annotations

from homeport.aws.dynamodb.limits import MIB

SIZE = 4 * MIB
"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html#limits-dynamodb-transactions;
that of 100 actions is in the service's model."""

TOKEN_MS = 10 * 60 * 1000
"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html#DDB-TransactWriteItems-request-ClientRequestToken"""
