"""Dates from which facts of the structure hold. Source: domain.md §1, "What was true when"."""

from datetime import date
from typing import Final

MUNICIPAL_REFORM: Final = date(2007, 1, 1)  # 98 municipalities, 5 regions
INFOHOUSES: Final = date(2009, 1, 1)  # 2009; the day is inferred
PSP: Final = date(2009, 4, 1)  # in every police district
KSP: Final = date(2010, 12, 21)  # act 1549 adds it to § 115
DISTRICT_GEOMETRY: Final = date(2014, 2, 13)  # the oldest outlines used to place municipalities
CDE: Final = date(2022, 10, 10)  # NCFE's tasks move to CDE
DUTY_TO_PLAN: Final = date(2024, 4, 1)  # barnets lov § 15(3)
REGION_REFORM: Final = date(2027, 1, 1)  # Hovedstaden + Sjælland become Region Østdanmark
