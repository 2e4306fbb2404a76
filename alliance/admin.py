from django.contrib import admin
from django.http import HttpRequest

from workinggroups.permissions import may_enter_admin


class PortalAdminSite(admin.AdminSite):
    """The admin of those who run the alliance; who may enter follows from today's roles."""

    def has_permission(self, request: HttpRequest) -> bool:
        return may_enter_admin(request.user)
