"""News to people: an outbox row in your transaction, the worker, a channel."""
