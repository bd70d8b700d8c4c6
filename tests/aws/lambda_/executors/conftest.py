from tests.aws.lambda_.executors.functions import start, start_open

__all__ = ["start", "start_open"]
