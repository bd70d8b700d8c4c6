"""Transactions: TransactWriteItems, TransactGetItems, and what PartiQL's share with them."""

from homeport.aws.dynamodb.items.transact.transaction import Written, write
from homeport.aws.dynamodb.store.tokens import Token

__all__ = ["Token", "Written", "write"]
