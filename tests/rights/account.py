"""The account, by invitation."""

from .admin import inside
from .families import Family
from .table import ANY, EVERYBODY, NOBODY, Row

OWN_ACCOUNT = "ok | in anonymous"
SIGNED_OUT = "go | ok anonymous"
LEADS_ON = "go | in anonymous"
"""Back to what one does: nothing of the kind has been begun."""
WITHOUT_MFA = "no | in anonymous"
"""There is no second factor to show, to take away, or whose codes could be read."""
UNSENT = "method"


def account(route: str, get: str = EVERYBODY, *, post: str, args: dict[str, str] | None = None) -> Row:
    """A page of one's own account: the same for whoever is signed in."""
    return Row(route, get=get, post=post, args=args or {}, roles=ANY)


ACCOUNT = [
    account("account_login", get=SIGNED_OUT, post=SIGNED_OUT),
    account("account_logout", get="ok | go anonymous", post="go"),
    account("account_signup", get=SIGNED_OUT, post=SIGNED_OUT),
    account("account_inactive", post=UNSENT),
    account("account_email_verification_sent", post=UNSENT),
    account("account_confirm_email", args={"key": "unknown"}, post=NOBODY),
    account("account_reset_password", post="ok"),
    account("account_reset_password_done", post=UNSENT),
    account("account_reset_password_from_key", args={"uidb36": "1", "key": "unknown"}, post="ok"),
    account("account_reset_password_from_key_done", post=UNSENT),
    account("account_confirm_login_code", get=LEADS_ON, post=LEADS_ON),
    account("account_email", get=OWN_ACCOUNT, post=LEADS_ON),
    account("account_change_password", get=OWN_ACCOUNT, post=OWN_ACCOUNT),
    account("account_set_password", get=LEADS_ON, post=LEADS_ON),
    account("account_reauthenticate", get=OWN_ACCOUNT, post=OWN_ACCOUNT),
    account("mfa_index", get=OWN_ACCOUNT, post="method | in anonymous"),
    account("mfa_authenticate", get=LEADS_ON, post=LEADS_ON),
    account("mfa_reauthenticate", get=LEADS_ON, post=LEADS_ON),
    account("mfa_activate_totp", get=LEADS_ON, post=LEADS_ON),
    account("mfa_deactivate_totp", get=WITHOUT_MFA, post=WITHOUT_MFA),
    account("mfa_view_recovery_codes", get=WITHOUT_MFA, post="method | in anonymous"),
    account("mfa_generate_recovery_codes", get=LEADS_ON, post=LEADS_ON),
    account("mfa_download_recovery_codes", get=WITHOUT_MFA, post=WITHOUT_MFA),
    account("members:account", get=OWN_ACCOUNT, post="refused | in anonymous"),
    account("members:letters", get=OWN_ACCOUNT, post="refused | in anonymous"),
    account("members:consent", get=OWN_ACCOUNT, post="go | in anonymous"),
    account("my-data", get=OWN_ACCOUNT, post="method | in anonymous"),
    account("my-data-zip", get=OWN_ACCOUNT, post="method | in anonymous"),
    account("proposals:erasure", get=OWN_ACCOUNT, post=LEADS_ON),
    Row(
        "admin:members_erasurerequest_erase",
        "erasure",
        inside("method staff"),
        post=inside("denied staff | go office"),
    ),
    Row("admin:members_erasurerequest_erase", "unknown", inside("method staff"), post=inside("no staff")),
    account("members:away", get=OWN_ACCOUNT, post="refused | in anonymous"),
    Row("members:invitation", "invitation", post="refused", data={"name": ""}),
    Row("members:invitation", "used_invitation", "gone", post="gone"),
    Row("members:invitation", "unknown", NOBODY, post=NOBODY),
]
ACCOUNT_FAMILIES = [Family({"members.erasurerequest": "erasure"})]
