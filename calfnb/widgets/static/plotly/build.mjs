// Makes the partial plotly.js of this folder; see README.md. Needs node, and for the time being, beside this file:
//     npm install --no-save plotly.js@4.1.1 esbuild@0.28.2
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { build } from "esbuild";

const TRACES = ["bar", "heatmap"]; // scatter is part of the core
// Addresses that plotly.js would ask for maps and for its cloud. A page of ours asks nobody.
const OUTSIDE = ["https://cdn.plot" + ".ly/un/", "https://cloud.plotly.com/newchart"];
const NAME = "plotly-partial.min.js";

// The attributes carry their documentation, a quarter of the file, which no page reads; plotly.js's own builds leave
// it out as well. Only what consists of nothing but strings is taken away.
const TOKEN = /\s+|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\.join\(|[[\]()+,]/y;
function endOfDocumentation(source, from) {
  let depth = 0;
  for (TOKEN.lastIndex = from; ;) {
    const at = TOKEN.lastIndex;
    const token = TOKEN.exec(source)?.[0];
    if (depth === 0 && (token === "," || (token === undefined && source[at] === "}"))) return at;
    if (token === undefined) return -1;
    if (token === "[" || token.endsWith("(")) depth += 1;
    if (token === "]" || token === ")") depth -= 1;
  }
}

function withoutDocumentation(source) {
  let text = "";
  let done = 0;
  for (const found of source.matchAll(/\bdescription:/g)) {
    const start = found.index + found[0].length;
    const end = found.index < done ? -1 : endOfDocumentation(source, start);
    if (end < 0) continue;
    text += `${source.slice(done, start)} ''`;
    done = end;
  }
  return text + source.slice(done);
}

const bare = {
  name: "without documentation",
  setup(on) {
    on.onLoad({ filter: /plotly\.js[\\/]src[\\/].*\.js$/ }, ({ path }) => ({
      contents: withoutDocumentation(readFileSync(path, "utf-8")),
      loader: "js",
    }));
  },
};

const require = createRequire(import.meta.url);
const { version } = JSON.parse(readFileSync(require.resolve("plotly.js/package.json"), "utf-8"));
const made = await build({
  stdin: {
    contents: [
      'import Plotly from "plotly.js/lib/core";',
      ...TRACES.map((trace) => `import ${trace} from "plotly.js/lib/${trace}";`),
      `Plotly.register([${TRACES.join(", ")}]);`,
      "export default Plotly;",
    ].join("\n"),
    resolveDir: process.cwd(),
  },
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2020",
  define: { global: "globalThis", "define.amd": "false" },
  loader: { ".css": "empty" }, // of maps, which are left out
  legalComments: "none",
  plugins: [bare],
  write: false,
  metafile: true,
});
let text = made.outputFiles[0].text;
for (const address of OUTSIDE) {
  if (!text.includes(address)) throw new Error(`${address} is not where it was expected`);
  text = text.replaceAll(address, "");
}
const header = `/* plotly.js v${version} (partial: scatter, ${TRACES.join(", ")}). Copyright 2012-2026, Plotly, Inc.
   Licensed under the MIT license; see LICENSE.txt beside this file. */\n`;
const bytes = Buffer.from(header + text);
writeFileSync(NAME, bytes);
const digest = createHash("sha256").update(bytes).digest("hex");
writeFileSync("VERSION.txt", `plotly.js ${version}\ntraces scatter ${TRACES.join(" ")}\nsha256 ${digest} ${NAME}\n`);

// The licences of all that is inside.
const inside = Object.entries(made.metafile.outputs).flatMap(([, output]) =>
  Object.entries(output.inputs).filter(([path, { bytesInOutput }]) => bytesInOutput > 0 && !path.endsWith(".css")).map(([path]) => path));
const folders = inside.map((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]).filter(Boolean);
const licences = [...new Set(folders)].sort().map((folder) => {
  const about = JSON.parse(readFileSync(`${folder}/package.json`, "utf-8"));
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  const words = file ? readFileSync(`${folder}/${file}`, "utf-8").trim() : "The package names its licence and has no text of it.";
  return `${about.name} ${about.version} (${about.license})\n\n${words}\n`;
});
writeFileSync("LICENSE.txt", licences.join(`\n${"-".repeat(72)}\n\n`).replaceAll("\r", ""));
