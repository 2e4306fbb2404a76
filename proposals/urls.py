from django.urls import path

from .views import (
    dashboard,
    draft_files,
    intake,
    my,
    party,
    public,
    receipts,
    sponsoring,
    versions,
)

app_name = "proposals"

urlpatterns = [
    path("proposals/", public.proposal_list, name="list"),
    path("proposals/new/", intake.new, name="new"),
    path("proposals/<str:number>/", public.proposal_detail, name="detail"),
    path("proposals/<str:number>/files/<uuid:file_id>/", party.attachment, name="file"),
    path("proposals/<str:number>/restricted/", party.restricted, name="restricted"),
    path("proposals/<str:number>/information/", party.information, name="information"),
    path(
        "proposals/<str:number>/information/prolong/",
        party.prolong_information,
        name="prolong_information",
    ),
    path("proposals/<str:number>/questions/<int:question_id>/", party.reply, name="reply"),
    path(
        "proposals/<str:number>/questions/<int:question_id>/prolong/",
        party.prolong_reply,
        name="prolong_reply",
    ),
    path("proposals/<str:number>/withdraw/", party.withdraw, name="withdraw"),
    path("proposals/<str:number>/close/", party.close, name="close"),
    path("proposals/<str:number>/receipt/", receipts.receipts, name="receipts"),
    path("proposals/<str:number>/receipt/<int:pk>/", receipts.receipt, name="receipt"),
    path("proposals/<str:number>/receipt/<int:pk>.json", receipts.receipt_json, name="receipt_json"),
    path("proposals/<str:number>/receipt/<int:pk>.pdf", receipts.receipt_pdf, name="receipt_pdf"),
    path("calculator/", receipts.calculator, name="calculator"),
    path("proposals/<str:number>/versions/", versions.versions, name="versions"),
    path("proposals/<str:number>/amend/", versions.amend, name="amend"),
    path("my/", my.my_cases, name="my"),
    path("my/drafts/<uuid:draft_id>/", intake.draft, name="draft"),
    path("my/drafts/<uuid:draft_id>/autosave/", intake.autosave, name="autosave"),
    path("my/drafts/<uuid:draft_id>/submit/", intake.submit, name="submit"),
    path("my/drafts/<uuid:draft_id>/delete/", intake.delete, name="delete"),
    path("my/drafts/<uuid:draft_id>/beside/", intake.beside, name="beside"),
    path("my/drafts/<uuid:draft_id>/preview/", intake.preview, name="preview"),
    path("my/drafts/<uuid:draft_id>/sponsors/", sponsoring.invite, name="invite_sponsor"),
    path("my/drafts/<uuid:draft_id>/sponsors/<int:pk>/", sponsoring.remove, name="remove_sponsor"),
    path("my/drafts/<uuid:draft_id>/sign/", sponsoring.sponsorship, name="sponsorship"),
    path("my/drafts/<uuid:draft_id>/files/", draft_files.attach, name="attach"),
    path(
        "my/drafts/<uuid:draft_id>/files/<uuid:file_id>/",
        draft_files.open_draft_file,
        name="draft_file",
    ),
    path(
        "my/drafts/<uuid:draft_id>/files/<uuid:file_id>/delete/",
        draft_files.detach,
        name="detach",
    ),
    path("dashboard/", dashboard.overview, name="dashboard"),
    path("dashboard/<int:pk>/", dashboard.referral, name="referral"),
    path("dashboard/<int:pk>/<slug:step>/", dashboard.step, name="referral_step"),
]
