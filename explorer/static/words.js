// Streamlit's own English in Danish: visible text and labels, now and whenever more is drawn.
const WORDS = {
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
  "Clear value": "Ryd", "Clear all": "Ryd alle", "Close": "Luk", "Help": "Hjælp", "Running...": "Henter …",
  "Stop": "Stop", "Wide mode": "Bred visning", "Theme": "Udseende", "Light": "Lyst", "Dark": "Mørkt",
  "Use system setting": "Følg systemet", "Appearance": "Udseende", "View more": "Vis flere", "View less": "Vis færre",
  "Connecting": "Forbinder", "Connection error": "Forbindelsen er væk", "Loading": "Henter", "Deploy": "",
  "Press Enter to apply": "Tryk Enter", "Press Enter to submit form": "Tryk Enter for at sende",
  "Open": "Åbn", "Sidebar": "Sidepanel", "Selected values": "Valgt", "Copy Vega-Lite spec": "Kopiér tegningen som kode",
  "visualization": "tegning", "group mark container": "lag i tegningen", "shape mark container": "figurer", "geoshape": "omrids",
};
// What stands before a name of ours in a label.
const BEGINNINGS = { "Remove ": "Fjern ", "day, ": "dag, ", "month, ": "måned, ", "year, ": "år, " };
const LABELS = ["aria-label", "title", "placeholder", "alt", "aria-roledescription"];
const own = (text) => WORDS[text.trim()];
const begun = (text) => {
  const beginning = Object.keys(BEGINNINGS).find((one) => text.startsWith(one));
  return beginning && BEGINNINGS[beginning] + text.slice(beginning.length);
};
const translate = (node) => {
  if (node.nodeType === Node.TEXT_NODE) {
    const word = own(node.data);
    if (word !== undefined && word !== node.data) node.data = word;
    return;
  }
  if (node.nodeType !== Node.ELEMENT_NODE) return;
  for (const label of LABELS) {
    const told = node.getAttribute(label);
    const word = told === null ? undefined : own(told) ?? begun(told);
    if (word !== undefined && word !== told) node.setAttribute(label, word);
  }
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
