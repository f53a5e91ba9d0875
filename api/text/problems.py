"""The meaning and remedy of each kind of problem, in Danish and English, by slug."""

from collections.abc import Mapping
from typing import Final

EXPLAINED: Final[Mapping[str, tuple[str, str]]] = {
    "malformed": (
        "Forespørgslen er ikke gyldig HTTP eller JSON, eller et sidemærke er ikke vores. Ret den, "
        "før den sendes igen.",
        "The request is no valid HTTP or JSON, or a page token is not ours. Correct it before "
        "sending it again.",
    ),
    "unauthenticated": (
        "Der er intet bevis på, hvem du er, eller det er udløbet. Log ind, og send nøglen som "
        "`Authorization: Bearer`.",
        "Nothing says who you are, or it has ended. Sign in, and send the token as "
        "`Authorization: Bearer`.",
    ),
    "forbidden": (
        "Ingen af dine roller har denne handling. `needed` siger hvilken; en administrator kan "
        "give den.",
        "None of your roles has this action. `needed` names it; an administrator can grant it.",
    ),
    "step-up": (
        "Handlingen kræver et stærkere bevis end det, du kom med. `needed` siger hvilket: `STRONG` "
        "er to faktorer, `SESSION` at logge ind i stedet for at bruge et token.",
        "The action needs stronger proof than you came with. `needed` names it: `STRONG` is two "
        "factors, `SESSION` is to sign in where a token was used.",
    ),
    "no-grant": (
        "Du er logget ind, men kontoen har endnu ingen rettigheder. En administrator kan give dem.",
        "You are signed in, but the account has no grant yet. An administrator can give one.",
    ),
    "own-rights": (
        "Ingen giver, tager eller bekræfter egne rettigheder, og den, der bad om en ændring, siger "
        "ikke selv ja til den. Bed en anden administrator eller databeskyttelsesrådgiveren om det; "
        "er der ingen, så den, der råder over værten.",
        "Nobody gives, takes or confirms rights of their own, and whoever asked for a change does "
        "not say yes to it. Ask another administrator or the data protection officer; where there "
        "is none, whoever holds the host.",
    ),
    "not-found": (
        "Det findes ikke, eller du har ikke adgang: de to besvares ens. Prøv en anden dato eller "
        "søg på navn.",
        "It does not exist, or you have no access: both are answered alike. Try another date, or "
        "search by name.",
    ),
    "method": (
        "Adressen findes, men ikke med denne metode. `Allow` siger hvilke.",
        "The address exists, but not with this method. `Allow` names those it has.",
    ),
    "duplicate": (
        "Der findes allerede noget med samme offentlige kode. Ret det i stedet for at oprette.",
        "There is something with the same public code. Change it in place of creating another.",
    ),
    "home-elsewhere": (
        "Personen hører til i en anden myndigheds område, så den registeransvarlige dér skal sige "
        "ja først; `errors` siger hvor i det sendte. Foreslå det med `POST /proposals`; resten kan "
        "gemmes for sig.",
        "The person is at home in another area, so the steward there must agree first; `errors` "
        "says where in what was sent. Propose it by `POST /proposals`; the rest can be saved by "
        "itself.",
    ),
    "mediated-only": (
        "Samtykket gælder kun gennem døråbneren: `openers` siger hvem. Bed om kontakt med "
        "`POST /contact-requests`.",
        "The consent holds through the door opener only: `openers` says whom. Ask for contact with "
        "`POST /contact-requests`.",
    ),
    "in-progress": (
        "En forespørgsel med samme Idempotency-Key er i gang. Vent, og send den igen.",
        "A request with the same Idempotency-Key is still running. Wait, and send it again.",
    ),
    "key-reused": (
        "Denne Idempotency-Key hører til et andet indhold. Vælg en ny nøgle.",
        "This Idempotency-Key belongs to another body. Choose a new key.",
    ),
    "withdrawn": (
        "Personen har trukket sit samtykke tilbage, efter fornyelsen blev sendt første gang. Spørg "
        "personen igen, og forny så på ny.",
        "The person has taken the consent back since the renewal was first sent. Ask them again, "
        "and then renew anew.",
    ),
    "separation": (
        "Administrator og databeskyttelsesrådgiver står aldrig i samme konto som en anden rolle. "
        "Giv rollen til en anden konto.",
        "Administrators and data protection officers share no account with another role. Give the "
        "role to another account.",
    ),
    "second-yes": (
        "Ændringen afslutter flere ting, end én person gør alene, og venter. En anden, der må "
        "rette dem, siger ja med `waiting` inden syv dage: `POST /change-sets/{waiting}/confirm`.",
        "The change ends more things than one person does alone, and waits. Somebody else who may "
        "change them says yes by `waiting` within seven days: "
        "`POST /change-sets/{waiting}/confirm`.",
    ),
    "conflict": (
        "En anden har ændret det, siden du læste det. Begge udgaver står i svaret: vælg, og gem "
        "igen med den nye ETag.",
        "Somebody has changed it since you read it. Both versions stand in the answer: choose, and "
        "save again with the new ETag.",
    ),
    "too-large": (
        "Indhold, adresse eller hoveder er større, eller JSON dybere, end `limit`. Send mindre ad "
        "gangen.",
        "The body, address or headers are larger, or the JSON deeper, than `limit`. Send less at a "
        "time.",
    ),
    "media-type": (
        "Indholdet er af en type, som adressen ikke læser. Send `application/json`.",
        "The body is of a type that the address does not read. Send `application/json`.",
    ),
    "invalid": (
        "Felter bryder regler. `errors` siger hvilke felter og hvilke regler; intet er gemt.",
        "Fields break rules. `errors` names the fields and the rules; nothing was saved.",
    ),
    "refused-content": (
        "Teksten ligner et CPR-nummer eller en sag. Kontaktvej rummer kun dem, der hjælper; brug "
        "jeres fagsystem.",
        "The text looks like a CPR number or a case. Kontaktvej holds only those who help; use "
        "your own case system.",
    ),
    "query-refused": (
        "Forespørgslen vil andet end at læse, kan ikke læses, eller bryder en grænse: `rule` siger "
        "hvilken, `line` og `column` hvor. Ret den, og kør den igen.",
        "The query would do more than read, cannot be read, or breaks a limit: `rule` says which, "
        "`line` and `column` where. Correct it, and run it again.",
    ),
    "precondition-required": (
        "En ændring skal sige, hvad den bygger på: send ETag fra den seneste læsning som "
        "`If-Match`.",
        "A change must say what it is based on: send the ETag of the last reading as `If-Match`.",
    ),
    "too-many": (
        "Kontoen eller adressen kalder for ofte. Vent de sekunder, som `Retry-After` siger.",
        "The account or address calls too often. Wait for the seconds in `Retry-After`.",
    ),
    "budget-used": (
        "Dagens antal opslag af kontaktoplysninger er brugt, eller der er færre tilbage, end der "
        "blev bedt om: `left` siger hvor mange. Ved midnat i Danmark er der nye. Vagtlinjer og "
        "hotlines er altid åbne.",
        "The day's number of reveals is used, or fewer are left than were asked for: `left` says "
        "how many. At midnight in Denmark there are new ones. Duty lines and hotlines are always "
        "open.",
    ),
    "internal": (
        "Det er en fejl hos os. Giv driften `request_id`; så findes den i loggen.",
        "That is an error of ours. Give the operator the `request_id`; it is in the log.",
    ),
    "store-unavailable": (
        "Databasen svarer ikke, og vi svarer aldrig af hukommelsen. Intet er skrevet. Prøv igen om "
        "`Retry-After` sekunder.",
        "The database does not answer, and we never answer from memory. Nothing was written. Try "
        "again after `Retry-After` seconds.",
    ),
    "outcome-unknown": (
        "Databasen blev væk, mens den gemte: ændringen er der helt eller slet ikke. Send den igen "
        "med samme Idempotency-Key; så sker den én gang.",
        "The database went away while it saved: the change is there as a whole or not at all. Send "
        "it again with the same Idempotency-Key; then it is made once.",
    ),
    "audit-unavailable": (
        "Opslaget kan ikke skrives i loggen, og så vises intet. Kontakt driften.",
        "The look-up cannot be written down, and then nothing is shown. Contact the operator.",
    ),
    "issuer-unavailable": (
        "Login-tjenesten, som udsteder dit bevis, svarer ikke. Prøv igen om `Retry-After` "
        "sekunder, eller log ind med adgangskode.",
        "The sign-in service that issues your proof does not answer. Try again after `Retry-After` "
        "seconds, or sign in with a password.",
    ),
    "setup-required": (
        "Der er ingen konto endnu. Opret den første med koden, som `kontaktvej serve` viste.",
        "There is no account yet. Make the first one with the code that `kontaktvej serve` showed.",
    ),
    "replica-filling": (
        "Den kopi, som dine forespørgsler køres på, startes eller fyldes: `step` siger hvor langt "
        "den er. Prøv igen om `Retry-After` sekunder.",
        "The copy that your queries run on is being started or filled: `step` says how far it is. "
        "Try again after `Retry-After` seconds.",
    ),
    "busy": (
        "Der er for mange forespørgsler på én gang. Prøv igen om `Retry-After` sekunder.",
        "There are too many requests at once. Try again after `Retry-After` seconds.",
    ),
    "too-expensive": (
        "Spørgsmålet tog længere tid, end det må. Spørg om et mindre område eller færre led.",
        "The question took longer than it may. Ask for a smaller area or fewer hops.",
    ),
}
