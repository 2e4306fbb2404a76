from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class AllianceConfig(AppConfig):
    name = "alliance"


class PortalAdminConfig(AdminConfig):
    default_site = "alliance.admin.PortalAdminSite"
