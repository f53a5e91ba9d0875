"""A path on a stage: four boxes, one hop whose check is old; `many`: seven boxes of long names."""

import streamlit as st

from explorer.components.path import Box, BoxHop, DrawnTier, Point, card, path


def _box(
    id: str, number: int | None, tier: str, name: str, at: Point | None, hop: BoxHop | None = None
) -> Box:
    label = "Network" if id == "net" else "Actor"
    kind = "Netværk" if id == "net" else "Funktion"
    return Box(id=id, number=number, tier=tier, label=label, kind=kind, name=name, at=at, hop=hop)


def _hop(freshness: str, chip: str, changed: str | None = None) -> BoxHop:
    return BoxHop(gate="KSP, § 115", freshness=freshness, chip=chip, changed=changed)


FEW = (
    _box("dig", None, "NATIONAL", "Dig: KSP-kontakt", None),
    _box("net", 1, "DISTRICT", "Infohus <b>Nord</b>", (70, 90),
         _hop("FRESH", "Kontrolleret 15. okt. 2026")),
    _box("god", 2, "MUNICIPAL", "Hovedkontakt, god løsladelse, Thisted", (40, 60),
         _hop("STALE", "Sidst kontrolleret: 3. feb. 2026", "nyt led")),
    _box("ssp", 3, "MUNICIPAL", "SSP-koordinator, Thisted", (40, 60),
         _hop("NEVER", "Aldrig kontrolleret")),
)  # fmt: skip
MANY = (
    _box("dig", None, "NATIONAL", "Fra: PET", None),
    *(
        _box(f"at-{at}", at + 1, tier, name, (40, 60),
             _hop("FRESH", "Kontrolleret 15. okt. 2026"))
        for at, (tier, name) in enumerate((
            ("DISTRICT", "Leder"), ("DISTRICT", "Infohus-tovholder, Midt- og Vestjylland"),
            ("MUNICIPAL", "Infohus-tovholder, politi"), ("MUNICIPAL", "Infohus Thisted"),
            ("MUNICIPAL", "Kriminalpræventiv leder"), ("MUNICIPAL", "SSP-koordinator, Thisted"),
        ))
    ),
)  # fmt: skip
TIERS = (
    DrawnTier(id="NATIONAL", label="Nationalt"),
    DrawnTier(id="DISTRICT", label="Politikreds"),
    DrawnTier(id="MUNICIPAL", label="Kommunalt"),
)

shown = MANY if "many" in st.query_params else FEW
st.set_page_config(layout="wide")
st.title("Kontaktvej")
chosen = path("Kontaktvej til Thisted", shown, TIERS, key="kontaktvej")
st.markdown(f"Valgt: {chosen}")
for box in shown:
    with st.container(key=card(box["id"]), height=500):
        st.subheader(box["name"].replace("<", "").replace(">", ""))
