"""One error type, with the body that OpenAI's API gives: `{"error": {"message", "type", "param", "code"}}`."""


class ApiError(Exception):
    """Any refusal that a caller can act upon. `message` says what happened, where, and what to do."""

    def __init__(self, status: int, message: str, *, param: str | None = None, code: str | None = None, type: str | None = None):
        super().__init__(message)
        self.status, self.message, self.param, self.code = status, message, param, code
        self.type = type or ("server_error" if status >= 500 else "invalid_request_error")

    def body(self) -> dict:
        return {"error": {"message": self.message, "type": self.type, "param": self.param, "code": self.code}}


def bad_request(message: str, param: str | None = None, code: str | None = None) -> ApiError:
    return ApiError(400, message, param=param, code=code)


def not_found(what: str, id: str, param: str = "id") -> ApiError:
    return ApiError(404, f"No such {what}: '{id}'.", param=param, code="not_found")
