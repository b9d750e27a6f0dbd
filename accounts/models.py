"""Users and what they were granted."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from accounts.types import Role, ScopeKind
from common.models import PublicIdModel, choices


class UserManager(BaseUserManager["User"]):
    def create_user(self, phone: str, password: str | None = None, **facts: Any) -> "User":
        user = self.model(phone=phone, **facts)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(phone=username)


class User(AbstractBaseUser, PublicIdModel):
    """A person who signs in by mobile number. No superuser: roles are granted within scopes."""

    phone = models.CharField(max_length=20, unique=True, null=True)
    phone_verified_at = models.DateTimeField(null=True)
    claimed_phone = models.CharField(max_length=20, default="", blank=True)  # not proven yet
    name = models.CharField(max_length=40, default="", blank=True)
    email = models.EmailField(default="", blank=True)
    large_type = models.BooleanField(default=False)  # 长辈模式
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "phone"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(phone__regex=r"^1[3-9][0-9]{9}$") | Q(phone__isnull=True),
                name="a_phone_is_a_mainland_mobile_number",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name or '用户'} {(self.phone or '')[-4:]}"


class Grant(models.Model):
    """A role within a scope, with an end when it is lent."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=24, choices=choices(Role))
    scope_kind = models.CharField(max_length=12, choices=choices(ScopeKind))
    scope = models.CharField(max_length=40)
    scope_name = models.CharField(max_length=60, default="", blank=True)  # as people call it
    department = models.CharField(max_length=40, default="", blank=True)
    valid_through = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "scope"],
                condition=Q(revoked_at__isnull=True),
                name="a_role_is_granted_once_in_a_scope",
            )
        ]

    def __str__(self) -> str:
        return f"{self.role}@{self.scope} #{self.pk}"
