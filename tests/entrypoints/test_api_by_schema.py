"""schemathesis calls the API as its description says, and as it does not, and checks each answer.

    ROUNDWATCH_EXAMPLES=600 .venv/bin/pytest -n 0 -s tests/entrypoints/test_api_by_schema.py

tries some 600 calls on each operation, and prints how many there were.
"""
