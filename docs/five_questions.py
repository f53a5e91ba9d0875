"""Five questions that users ask: `KONTAKTVEJ_TOKEN=… python docs/five_questions.py`."""

import os
from datetime import date

from api.client import ApiClient, AskedHandover, AskedReach, Need

address = os.environ.get("KONTAKTVEJ_API", "http://127.0.0.1:8000")
with ApiClient(address, os.environ["KONTAKTVEJ_TOKEN"], lang="en") as ask:
    print("1 For a release on Monday: whom do I call in Thisted, and who answers now?")
    release = Need(start="act-kf-1462", trigger="RELEASE", area="mun-0787")
    for one in ask.paths(release).contacts:
        print(f"  {one.words.title}. {one.stop.words.answers}")
    print("2 An adult moves from Egedal to Roskilde: which posts hand over?")
    for one in ask.handover(AskedHandover(from_area="mun-0240", to_area="mun-0265")).sectors:
        print(f"  {one.sector}: {one.path.words.summary if one.path else one.words.gaps[0]}")
    print("3 The coordinator on Læsø leaves on 1 February: what is missing then?")
    after = Need(start="act-ssp-0851", network=("SSP",), area="mun-0825", on=date(2027, 2, 1))
    for one in ask.paths(after).passed:
        print("  " + "\n  ".join((one.words.text, *one.none.words.sentences)))
    print("4 Which mentor who speaks Ukrainian can be borrowed within 60 km of Silkeborg?")
    mentor = Need(from_area="mun-0740", competence="15.20.36", language="uk", within_km=60)
    for one in ask.paths(mentor).contacts:
        print(f"  {one.stop.node.name}: {one.stop.words.answers}")
    print("5 How far is it from PET to each info house, and how old is the oldest check?")
    pet = ask.names("pet forebyggelsescenter").found[0]
    infohouses = AskedReach(start=pet.id, network=("INFOHOUSE_MUNICIPALITY",))
    for row in ask.reach(infohouses).municipalities:
        print(f"  {row.area.name}: {row.hops} steps, {row.oldest_days} days")
