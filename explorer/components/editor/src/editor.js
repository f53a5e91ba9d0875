// An editor for Cypher queries: colors, and completion of keywords, labels, links and fields.
//
// The text is sent by the button, by Ctrl+Enter, or when the field loses the focus, so that nothing
// runs while somebody is still typing.

import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { cypher } from "@codemirror/legacy-modes/mode/cypher";
import { EditorState } from "@codemirror/state";
import { EditorView, keymap, lineNumbers, placeholder } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import { drawnBy } from "../../look/drawn.js";
import { element, keepKeys, paint } from "../../look/element.js";
import { optionsAt } from "./options.js";

class Editor {
  constructor(host) {
    this.host = host;
    this.given = undefined; // the last text from the server
    this.told = ""; // the last text sent to the server
    this.root = element("div", "kv editor");
    this.label = element("div", "label");
    this.label.id = "label";
    this.field = element("div", "field");
    this.hint = element("div", "hint");
    this.hint.id = "hint";
    this.button = element("button", "run");
    this.button.type = "button";
    this.button.addEventListener("click", () => this.run());
    this.root.append(this.label, this.field, element("div", "below", this.button, this.hint));
    host.append(this.root);
    keepKeys(this.root);
    this.view = new EditorView({ parent: this.field, root: host, state: this.state("") });
  }

  stop() {
    this.view.destroy();
    this.root.remove();
  }

  state(text) {
    return EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        history(),
        bracketMatching(),
        closeBrackets(),
        StreamLanguage.define(cypher),
        syntaxHighlighting(classHighlighter),
        autocompletion({ override: [(at) => optionsAt(at, this.data?.schema)], icons: false }),
        placeholder(this.data?.placeholder ?? ""),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({
          "aria-labelledby": "label",
          "aria-describedby": "hint",
          "aria-multiline": "true",
          spellcheck: "false",
          autocapitalize: "off",
        }),
        // Without Tab, which leaves the field as everywhere.
        keymap.of([
          { key: "Mod-Enter", run: () => this.run() },
          ...closeBracketsKeymap,
          ...defaultKeymap,
          ...historyKeymap,
          ...completionKeymap,
        ]),
        EditorView.domEventHandlers({ blur: () => this.tell() }),
      ],
    });
  }

  get text() {
    return this.view.state.doc.toString();
  }

  /** Shows the data from the server. */
  show(component) {
    const data = component.data;
    const isFirst = this.data === undefined;
    this.component = component;
    this.data = data;
    paint(this.root, data.dark);
    this.label.textContent = data.label;
    this.hint.textContent = data.hint;
    this.button.textContent = data.run;
    if (isFirst || data.text !== this.given) {
      this.given = data.text;
      this.told = data.text;
      if (isFirst || data.text !== this.text) this.view.setState(this.state(data.text));
    }
  }

  /** Sends the text to the server without running it. */
  tell() {
    if (this.text === this.told) return;
    this.told = this.text;
    this.component.setStateValue("text", this.text);
  }

  run() {
    if (!this.text.trim()) return true;
    this.told = this.text;
    this.component.setStateValue("text", this.text);
    this.component.setTriggerValue("run", this.text);
    return true;
  }
}

export default drawnBy(Editor);
