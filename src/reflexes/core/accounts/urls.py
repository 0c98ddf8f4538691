"""Addresses of the account, in French because people read and share them; names are the library's."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path, re_path

from reflexes.core.accounts.doors import in_one_go, leaves_nothing, says_no

urlpatterns = [
    path("connexion/", says_no(account.login), name="account_login"),
    path("deconnexion/", leaves_nothing(account.logout), name="account_logout"),
    path("ferme/", account.account_inactive, name="account_inactive"),
    path("ouvrir/", in_one_go(account.signup), name="account_signup"),
    path("confirmer/", says_no(account.reauthenticate), name="account_reauthenticate"),
    path("adresse/", in_one_go(account.email), name="account_email"),
    path("adresse/message-envoye/", account.email_verification_sent, name="account_email_verification_sent"),
    path("adresse/confirmer/<str:key>/", in_one_go(account.confirm_email), name="account_confirm_email"),
    path("mot-de-passe/", in_one_go(account.password_change), name="account_change_password"),
    path("mot-de-passe/choisir/", in_one_go(account.password_set), name="account_set_password"),
    path("mot-de-passe/oublie/", in_one_go(account.password_reset), name="account_reset_password"),
    path("mot-de-passe/oublie/message-envoye/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^mot-de-passe/oublie/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        in_one_go(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path("mot-de-passe/change/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("double-securite/", mfa.index, name="mfa_index"),
    path("double-securite/code/", says_no(mfa.authenticate), name="mfa_authenticate"),
    path("double-securite/confirmer/", says_no(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("double-securite/application/activer/", in_one_go(totp.activate_totp), name="mfa_activate_totp"),
    path("double-securite/application/retirer/", in_one_go(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("double-securite/codes-de-secours/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "double-securite/codes-de-secours/nouveaux/",
        in_one_go(recovery.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "double-securite/codes-de-secours/fichier/",
        recovery.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    path("cles/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("cles/ajouter/", in_one_go(webauthn.add_webauthn), name="mfa_add_webauthn"),
    path("cles/confirmer/", says_no(webauthn.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("cles/connexion/", says_no(webauthn.login_webauthn), name="mfa_login_webauthn"),
    path("cles/<int:pk>/renommer/", in_one_go(webauthn.edit_webauthn), name="mfa_edit_webauthn"),
    path("cles/<int:pk>/retirer/", in_one_go(webauthn.remove_webauthn), name="mfa_remove_webauthn"),
]
