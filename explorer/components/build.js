// What the browser gets, from what is written here: `make components`.
//
// Same input, same name, same bytes. The hash is in the name because Streamlit lets a browser keep
// a component's files without asking again; and since one file may match, the folder is emptied.

import { rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const into = process.argv[2] ?? ".";
for (const name of ["path", "combobox", "network", "editor", "map", "shortcuts"]) {
  const outdir = join(into, name, "built");
  rmSync(outdir, { recursive: true, force: true });
  await build({
    entryPoints: [`${name}/src/${name}.js`, `${name}/src/${name}.css`],
    outdir,
    entryNames: "[name]-[hash]",
    bundle: true,
    loader: { ".geojson": "json" },
    format: "esm",
    minify: true,
    target: ["chrome117", "firefox117", "safari16.4"],
    legalComments: "linked",
    logLevel: "warning",
  });
}
