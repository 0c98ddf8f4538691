"""Cases and referrals, the directory of services, the questions asked often: one file for each group of tables."""

from reflexes.mechanisms.casework.models.cases import Case, Channel
from reflexes.mechanisms.casework.models.questions import Answered, Question
from reflexes.mechanisms.casework.models.referrals import Motive, Referral, ReferralStep, State
from reflexes.mechanisms.casework.models.services import Need, Service, ServiceTheme, ServiceZone, Structure

__all__ = [
    "Answered",
    "Case",
    "Channel",
    "Motive",
    "Need",
    "Question",
    "Referral",
    "ReferralStep",
    "Service",
    "ServiceTheme",
    "ServiceZone",
    "State",
    "Structure",
]
