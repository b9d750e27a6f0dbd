"""The API of bookings (contract: docs/openapi.yaml)."""
