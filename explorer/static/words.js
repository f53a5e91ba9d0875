// Streamlit's own words in ours: visible text and labels, now and whenever more is drawn.
const DOWN = "Is Streamlit still running? If you accidentally stopped Streamlit, just restart it in your terminal:";
const AWAY = "Streamlit server is not responding. Are you connected to the internet?";
const ENGLISH = {
  [DOWN]: "The screens cannot be reached right now. They return by themselves.",
  [AWAY]: "The screens cannot be reached right now. They return by themselves.",
  "streamlit run yourscript.py": "",
};
const DANISH = {
  [DOWN]: "Skærmene kan ikke nås lige nu. De kommer igen af sig selv.",
  [AWAY]: "Skærmene kan ikke nås lige nu. De kommer igen af sig selv.",
  "streamlit run yourscript.py": "",
  "Skip to main content": "Gå til indhold", "Main menu": "Menu", "App pages": "Skærme",
  "Link to heading": "Link til overskrift", "Collapse sidebar": "Skjul sidepanel",
  "Expand sidebar": "Vis sidepanel", "Open sidebar": "Vis sidepanel", "Close sidebar": "Skjul sidepanel",
  "No results": "Ingen fundet", "Choose options": "Vælg", "Choose an option": "Vælg", "Choose date": "Vælg dato",
  "Select a date": "Vælg dato", "Previous month": "Forrige måned", "Next month": "Næste måned",
  "Selected Date": "Valgt dato", "Page not found": "Siden findes ikke", "Show/hide columns": "Vis eller skjul kolonner",
  "Search": "Søg", "Fullscreen": "Fuld skærm", "Close fullscreen": "Luk fuld skærm", "Show data": "Vis tal",
  "Download as PNG": "Hent som PNG", "Copy to clipboard": "Kopiér", "Copied": "Kopieret", "Upload": "Vælg fil",
  "Browse files": "Vælg fil", "Drag and drop file here": "Træk filen hertil", "Increment": "Læg én til",
  "Decrement": "Træk én fra", "Rerun": "Kør igen", "Settings": "Indstillinger", "Print": "Udskriv", "About": "Om",
  "Clear value": "Ryd", "Clear all": "Ryd alle", "Close": "Luk", "Help": "Hjælp", "Running...": "Henter …", "Stopping...": "Stopper …",
  "Stop": "Stop", "Wide mode": "Bred visning", "Theme": "Udseende", "Light": "Lyst", "Dark": "Mørkt",
  "Use system setting": "Følg systemet", "Appearance": "Udseende", "View more": "Vis flere", "View less": "Vis færre",
  "Connecting": "Forbinder", "Connection error": "Forbindelsen er væk", "Loading": "Henter", "Deploy": "",
  "yyyy": "åååå",
  "Press Enter to apply": "Tryk Enter", "Press Enter to submit form": "Tryk Enter for at sende",
  "Select...": "Vælg", "Select all": "Vælg alle", "Selectbox options": "Valgmuligheder", "Multiselect options": "Valgmuligheder",
  "Choose date range": "Vælg datoer", "Quick select a date range": "Vælg en periode", "Date range": "Periode",
  "Past Week": "Seneste uge", "Past Month": "Seneste måned", "Past 3 Months": "Seneste 3 måneder",
  "Past 6 Months": "Seneste 6 måneder", "Past Year": "Seneste år", "Past 2 Years": "Seneste 2 år",
  "Clear date": "Ryd dato", "Clear dates": "Ryd datoer", "Clear entry": "Ryd feltet", "Clear selection": "Ryd valget",
  "Use arrow keys to navigate dates. Enter to select. Escape to close.": "Piletaster flytter, Enter vælger, Escape lukker.",
  "Show password": "Vis adgangskode", "Hide password": "Skjul adgangskode", "Invalid input.": "Det kan ikke bruges.",
  "Scroll tabs left": "Rul faner til venstre", "Scroll tabs right": "Rul faner til højre",
  "Pagination": "Sider", "Next page": "Næste side", "Previous page": "Forrige side", "Notifications": "Beskeder",
  "Navigate to home page": "Gå til forsiden", "Stop script": "Stop", "Cancel": "Fortryd",
  "Copy": "Kopiér", "No data": "Ingen tal", "Try again": "Prøv igen", "Learn more": "Læs mere", "System": "Følg systemet",
  "An error has occurred, please try again.": "Noget gik galt. Prøv igen.", "Network Error": "Forbindelsen er væk",
  "Connection timed out.": "Serveren svarer ikke.", "Unknown reason": "Ukendt grund",
  "Dataframe column menu": "Kolonnens menu", "Copy column name": "Kopiér kolonnens navn", "Autosize": "Tilpas bredden",
  "Sort ascending": "Sortér stigende", "Sort descending": "Sortér faldende", "Pin column": "Fastgør kolonnen",
  "Unpin column": "Løsn kolonnen", "Hide column": "Skjul kolonnen",
  "Close Search": "Luk søgning", "Next Result": "Næste fund", "Previous Result": "Forrige fund",
  "Open": "Åbn", "Sidebar": "Sidepanel", "Selected values": "Valgt", "Copy Vega-Lite spec": "Kopiér tegningen som kode",
  "visualization": "tegning", "group mark container": "lag i tegningen", "shape mark container": "figurer", "geoshape": "omrids",
};
const IS_DANISH = document.documentElement.lang === "da";
const WORDS = new Map(Object.entries(IS_DANISH ? DANISH : ENGLISH));
// What stands before a name of ours in a label.
const BEGINNINGS = IS_DANISH ? {
  "Remove ": "Fjern ", "Page ": "Side ", "Add: ": "Tilføj: ", "day, ": "dag, ", "month, ": "måned, ", "year, ": "år, ",
} : {};
// What a screen reader is told of a list of choices.
const SPOKEN = IS_DANISH ? [
  [/^1 option available\.$/, "1 mulighed."], [/^(\d+) options available\.$/, "$1 muligheder."], [/, selected$/, ", valgt"],
] : [];
const LABELS = ["aria-label", "title", "placeholder", "alt", "aria-roledescription"];
const own = (text) => WORDS.get(text.trim());
const begun = (text) => {
  const beginning = Object.keys(BEGINNINGS).find((one) => text.startsWith(one));
  return beginning && BEGINNINGS[beginning] + text.slice(beginning.length);
};
const translate = (node) => {
  if (node.nodeType === Node.TEXT_NODE) {
    if (node.parentElement?.closest("[data-live-announcer]")) {
      const spoken = SPOKEN.reduce((text, [from, to]) => text.replace(from, to), node.data);
      if (spoken !== node.data) node.data = spoken;
      return;
    }
    const word = own(node.data) ?? (node.data.startsWith("Add: ") ? begun(node.data) : undefined);
    if (word !== undefined && word !== node.data) node.data = word;
    return;
  }
  if (node.nodeType !== Node.ELEMENT_NODE) return;
  for (const label of LABELS) {
    const told = node.getAttribute(label);
    const word = told === null ? undefined : own(told) ?? begun(told);
    if (word !== undefined && word !== told) node.setAttribute(label, word);
  }
  // Where a file is dropped has a name, and takes the focus: it is there for everybody.
  if (node.matches('[data-testid="stFileUploaderDropzone"][role="presentation"]')) node.setAttribute("role", "group");
  node.childNodes.forEach(translate);
};
const watch = () => {
  translate(document.body);
  new MutationObserver((changes) => {
    for (const change of changes) {
      change.addedNodes.forEach(translate);
      if (change.type !== "childList") translate(change.target);
    }
  }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: LABELS });
};
if (document.body) watch(); else document.addEventListener("DOMContentLoaded", watch);
