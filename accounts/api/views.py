"""Signing programs in and out."""

from allauth.account.adapter import get_adapter
from django.forms import ValidationError
from django.views.decorators.debug import sensitive_variables
from drf_spectacular.utils import OpenApiResponse, extend_schema
from knox.models import AuthToken
from redis.exceptions import RedisError
from rest_framework.decorators import api_view, authentication_classes, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import services
from accounts.api.serializers import Credentials, Token
from accounts.entrance import enter
from accounts.models import User
from common.api import body_of, problem
from common.permissions import IsSignedIn
from common.tokens import Tokens

_WRONG = OpenApiResponse(description="Unknown number or wrong password.")


@extend_schema(
    operation_id="auth_login",
    tags=["auth"],
    auth=[],
    request=Credentials,
    responses={200: Token, 401: _WRONG},
)
@api_view(["POST"])
@authentication_classes([])
@permission_classes([AllowAny])
def login(request: Request) -> Response:
    """Exchange mobile number and password for a token.

    An unknown number and a wrong password answer alike, and take as long.
    """
    credentials = body_of(request, Credentials)
    try:
        user = _authenticated(request, **credentials)
    except ValidationError:
        return problem(429, "试的次数太多了，请过几分钟再试")
    except RedisError:
        # Attempts are counted there: uncounted, nobody gets in.
        return problem(503, "暂时无法登录，请稍后再试")
    if user is None:
        answer = problem(401, "手机号或密码不对")
        answer["WWW-Authenticate"] = "Token"
        return answer
    issued = services.issue_token(user=user, now=enter(request).now)
    return Response(Token({"token": issued.token, "expires_at": issued.expires_at}).data)


@sensitive_variables()
def _authenticated(request: Request, *, phone: str, password: str) -> User | None:
    # The pages' own way in, so that both count towards the same limits.
    user = get_adapter().authenticate(request._request, phone=phone, password=password)  # noqa: SLF001
    return user if isinstance(user, User) and user.is_active else None


@extend_schema(
    operation_id="auth_logout",
    tags=["auth"],
    request=None,
    responses={204: OpenApiResponse(description="The token is worthless now.")},
)
@api_view(["POST"])
@authentication_classes([Tokens])
@permission_classes([IsSignedIn])
def logout(request: Request) -> Response:
    """End the token that this request carries."""
    body_of(request)
    entrance = enter(request)
    assert isinstance(request.auth, AuthToken)  # noqa: S101  the only way in here
    services.end_token(token_digest=request.auth.digest, actor=entrance.actor, now=entrance.now)
    return Response(status=204)
