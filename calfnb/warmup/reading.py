"""A request as JSON: one object, each key once, no numbers that are none."""

from __future__ import annotations

import json
from typing import Any

from calfnb.warmup.request import WarmUpError

__all__ = ["request_from_json"]

_MOST_BYTES = 100_000


def request_from_json(text: str | bytes) -> dict[str, object]:
    """Read the answers of a request; their values are checked by the planner.

    Raises
    ------
    WarmUpError
        If the text is no JSON object, or names a key twice.
    """
    if len(text) > _MOST_BYTES:
        raise WarmUpError("request", f"it is longer than {_MOST_BYTES} bytes; a request is a handful of answers")
    try:
        decoded = text.decode("utf-8-sig") if isinstance(text, bytes) else text
        content = json.loads(decoded, object_pairs_hook=_once, parse_constant=_refused)
    except UnicodeDecodeError as error:
        raise WarmUpError("request", "it is not text in UTF-8") from error
    except json.JSONDecodeError as error:
        message = f"it is not JSON: {error.msg.lower()} at line {error.lineno}, column {error.colno}"
        raise WarmUpError("request", message) from error
    except RecursionError as error:
        raise WarmUpError("request", "it is nested too deeply; a request is a flat object") from error
    except ValueError as error:
        if isinstance(error, WarmUpError):
            raise
        raise WarmUpError("request", "it holds a number that cannot be read") from error
    if not isinstance(content, dict):
        raise WarmUpError("request", 'write one object, such as {"session": "easy", "red_flag": false}')
    return content


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise WarmUpError(key[:40], "it is answered twice; answer it once")
        found[key] = value
    return found


def _refused(name: str) -> Any:
    raise WarmUpError("request", f"{name} is no number")
