"""Limits of Amazon SQS, each with its page.

Messages: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
Queues: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html
"""

from __future__ import annotations

# Queues: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html

QUEUE_NAME_CHARACTERS = 80
"""With the `.fifo` of a FIFO queue."""
DELAY_S = (0, 900)
MESSAGE_SIZE = (1_024, 1_048_576)
"""Bytes; the default is the maximum: https://aws.amazon.com/about-aws/whats-new/2025/08/amazon-sqs-max-payload-size-1mib/"""
RETENTION_S = (60, 1_209_600)
WAIT_S = (0, 20)
VISIBILITY_S = (0, 43_200)
KMS_REUSE_S = (60, 86_400)
TAGS = 50
"""https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-tags.html"""
TAG_KEY_CHARACTERS = 128
TAG_VALUE_CHARACTERS = 256
POLICY_BYTES = 8_192
POLICY_STATEMENTS = 20
"""Both: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html"""
PERMISSION_ACTIONS = 7
"""https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_AddPermission.html"""
PURGE_INTERVAL_MS = 60_000
"""https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_PurgeQueue.html"""
PAGE = 1_000
"""https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueues.html"""

# Dead-letter queues: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html

MAX_RECEIVE_COUNT = (1, 1_000)
REDRIVE_SOURCES = 10
MOVE_RATE = 500
"""Messages a second: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html"""
MOVE_TASKS_LISTED = 10
"""https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListMessageMoveTasks.html"""

# Messages

BATCH_ENTRIES = 10
"""https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html"""
BATCH_BYTES = 1_048_576
"""All messages of a batch together, same page."""
MESSAGES_RECEIVED = 10
"""https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html"""
MESSAGE_ATTRIBUTES = 10
ATTRIBUTE_NAME_BYTES = 256
"""https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html"""
DEDUPLICATION_MS = 300_000
"""https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-exactly-once-processing.html"""
RECEIVE_ATTEMPT_MS = 300_000
"""https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-receiverequestattemptid-request-parameter.html"""
IN_FLIGHT = 120_000
"""Standard and FIFO: https://aws.amazon.com/about-aws/whats-new/2024/11/amazon-sqs-increases-in-flight-limit-fifo-queues/"""

# Our own, so that no client can make the process grow

WAITING_RECEIVERS = 10_000
"""Receivers that wait at the same time, of all queues together; one more is answered at once, as with `WaitTimeSeconds=0`."""
CACHED_QUEUES = 20_000
"""Queues whose attributes are held in memory."""
