from tests.aws.lambda_.executors.functions import start

__all__ = ["start"]
