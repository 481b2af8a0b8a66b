// Writes the part of THIRD_PARTY.md about npm packages: those whose code is in the built pages, with their licence texts.
// Which ones these are is read from source maps of a build made for this alone.
// Use: node tools/notices.mjs        (from the repository root, after `./dev build`)
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const marker = "<!-- below: written by tools/notices.mjs -->";
const modules = "web/node_modules";
// Styles leave no trace in the source maps: Tailwind's base styles are in every page's CSS.
const packages = new Set(["tailwindcss"]);

const out = mkdtempSync(join(tmpdir(), "suki-notices-"));
try {
  execFileSync("npx", ["vite", "build", "--sourcemap", "--outDir", out, "--emptyOutDir"], { cwd: "web", stdio: "inherit" });
  for (const file of readdirSync(out, { recursive: true })) {
    if (!file.endsWith(".map")) continue;
    for (const source of JSON.parse(readFileSync(join(out, file), "utf8")).sources) {
      const found = source.match(/.*node_modules\/((?:@[^/]+\/)?[^/]+)\//);
      if (found) packages.add(found[1]);
    }
  }
} finally {
  rmSync(out, { recursive: true });
}

function licence_text(name) {
  const folder = join(modules, name);
  const file = readdirSync(folder).find((entry) => /^licen[cs]e(\.|$)/i.test(entry));
  if (!file) throw new Error(`${name} has no licence file: look it up and add it by hand`);
  return readFileSync(join(folder, file), "utf8").trim();
}

// Packages often share a text to the letter: print it once.
const by_text = new Map();
for (const name of [...packages].sort()) {
  const { license } = JSON.parse(readFileSync(join(modules, name, "package.json"), "utf8"));
  const text = licence_text(name);
  by_text.set(text, [...(by_text.get(text) ?? []), `${name} (${license})`]);
}
const sections = [...by_text].map(([text, names]) => `### ${names.join(", ")}\n\n\`\`\`text\n${text}\n\`\`\`\n`);
const [head] = readFileSync("THIRD_PARTY.md", "utf8").split(marker);
writeFileSync("THIRD_PARTY.md", `${head}${marker}\n\n## In the pages\n\n${sections.join("\n")}`);
console.log(`${packages.size} packages: ${[...packages].sort().join(", ")}`);
