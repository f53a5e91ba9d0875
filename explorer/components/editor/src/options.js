// Completions for the place of the cursor: labels after `:` in a node, links after `:` in brackets,
// fields after a dot, parameters after `$`, and the language's own words elsewhere.

const WORDS = [
  "MATCH", "OPTIONAL MATCH", "WHERE", "WITH", "RETURN", "DISTINCT", "ORDER BY", "SKIP", "LIMIT",
  "UNWIND", "UNION", "AND", "OR", "NOT", "IN", "IS NULL", "IS NOT NULL", "STARTS WITH",
  "ENDS WITH", "CONTAINS", "CASE", "WHEN", "THEN", "ELSE", "END", "EXISTS", "COUNT", "DESC",
  "count()", "collect()", "size()", "labels()", "type()", "length()", "nodes()", "coalesce()",
  "date()", "avg()", "sum()", "min()", "max()",
];

function options(names, type) {
  return (names ?? []).map((name) => ({ label: name, type }));
}

/** Where in the text a name begins, and which names fit there; null for none. */
export function optionsAt(at, schema) {
  const line = at.state.doc.lineAt(at.pos);
  const before = line.text.slice(0, at.pos - line.from);
  const word = /[\p{L}\p{N}_]*$/u.exec(before)[0];
  const from = at.pos - word.length;
  const lead = before.slice(0, before.length - word.length);
  if (/\$$/.test(lead)) return { from, options: options(schema?.parameters, "variable") };
  if (/\[[^\]]*[:|]$/.test(lead)) return { from, options: options(schema?.links, "type") };
  if (/:$/.test(lead)) return { from, options: options(schema?.labels, "class") };
  if (/[\p{L}_]\.$/u.test(lead)) return { from, options: options(schema?.fields, "property") };
  if (!word && !at.explicit) return null;
  return { from, options: options(WORDS, "keyword"), validFor: /^[\w ]*$/ };
}
