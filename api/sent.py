"""How a long answer is sent: made once, written once.

A route that gives this instead of the model names its `response_model`, and spares the framework
from making the same model once more.
"""

from fastapi import Response
from pydantic import BaseModel
from pydantic_core import to_json


def json_response(answer: BaseModel) -> Response:
    """An answer as JSON."""
    return json_response_as(to_json(answer))


def json_response_as(body: bytes) -> Response:
    """An answer whose bytes are there."""
    return Response(body, media_type="application/json")
