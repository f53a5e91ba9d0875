"""What a post or person can help with: KLE numbers, and `kv:` codes where KLE has none."""

from graph.vocabulary.word import Term


class Competence(Term):
    """A subject; `number` is its KLE number or our own `kv:` code.

    Source: KL's Emnesystematik (KLE); it has no number for extremism.
    """

    number: str

    def __init__(self, _id: str, _da: str, _en: str, number: str) -> None:
        self.number = number

    # A table: a line for each word.
    # fmt: off
    SSP = "SSP", "SSP-indsats", "SSP", "27.25"
    SSP_CRIME_PREVENTION = (
        "SSP_CRIME_PREVENTION", "Kriminalpræventiv indsats, SSP",
        "SSP crime prevention", "27.25.08")
    SSP_INDIVIDUAL = (
        "SSP_INDIVIDUAL", "Individuel kriminalpræventiv indsats", "Individual SSP work", "27.25.12")
    PSP = "PSP", "PSP-samarbejde", "PSP cooperation", "27.12.26"
    PSP_INQUIRIES = "PSP_INQUIRIES", "PSP-henvendelser", "PSP inquiries", "27.12.30"
    KSP = "KSP", "KSP-samarbejde", "KSP cooperation", "27.12.34"
    YOUTH_CRIME = "YOUTH_CRIME", "Bekæmpelse af ungdomskriminalitet", "", "27.29"
    YOUTH_RELEASE = (
        "YOUTH_RELEASE", "Udslusning til løsladte unge", "Release of young people", "27.24.26")
    NOTIFICATION = "NOTIFICATION", "Underretningspligt m.v.", "Duty to notify", "27.24.45"
    FAMILY_COUNSELING = "FAMILY_COUNSELING", "Familieorienteret rådgivning", "", "27.12.06"
    SUPPORT_PERSON = (
        "SUPPORT_PERSON", "Støtte- og kontaktperson", "Support and contact person", "27.48.08")
    MENTORING = "MENTORING", "Mentorstøtte", "", "15.20.36"
    DRUG_TREATMENT = "DRUG_TREATMENT", "Stofmisbrugsbehandling", "", "27.51.04"
    DRUG_TREATMENT_YOUTH = (
        "DRUG_TREATMENT_YOUTH", "Stofmisbrugsbehandling til unge",
        "Drug treatment of young people", "27.24.42")
    INTEGRATION = "INTEGRATION", "Integration og udlændinge", "", "15.40"
    INTERPRETING = "INTERPRETING", "Tolkebistand", "", "27.69.68"
    YOUTH_GUIDANCE = "YOUTH_GUIDANCE", "Kommunal ungeindsats", "", "17.27"
    YOUTH_SCHOOL = "YOUTH_SCHOOL", "Ungdomsskoletilbud", "", "18.10"
    CLUBS = "CLUBS", "Klubvirksomhed", "", "18.12"
    HOUSING_SOCIAL = (
        "HOUSING_SOCIAL", "Boligsocial indsats, helhedsplaner", "Housing-social work", "03.30.05")
    SAFETY = "SAFETY", "Tryghedsfremmende foranstaltninger", "Safety measures", "05.23"
    VOLUNTEERING = "VOLUNTEERING", "Frivilligt socialt arbejde", "Voluntary social work", "27.15.12"
    EXTREMISM_ADVICE = "EXTREMISM_ADVICE", "Rådgivning om ekstremisme", "", "kv:01"
    ASSESSMENT_TOOL = "ASSESSMENT_TOOL", "Vurderingsværktøj", "", "kv:02"
    DISENGAGEMENT = "DISENGAGEMENT", "Exit-arbejde", "", "kv:03"
    PARENT_COACHING = "PARENT_COACHING", "Forældrecoaching", "", "kv:04"
    ONLINE = "ONLINE", "Online miljøer", "Online milieus", "kv:05"
    HATE_CRIME = "HATE_CRIME", "Hadforbrydelser", "", "kv:06"
    RETURNEES = "RETURNEES", "Hjemvendte", "", "kv:07"
    HONOR_CONFLICTS = "HONOR_CONFLICTS", "Æresrelaterede konflikter", "", "kv:08"
    NEURODIVERSITY = "NEURODIVERSITY", "Autisme og ADHD", "Autism and ADHD", "kv:09"
    # fmt: on
