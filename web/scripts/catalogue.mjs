/**
 * Proves the catalogue: every language has the same keys in order, every message parses, takes the same arguments in
 * each language, and every key that the pages name exists. Ends with 1 and says what to mend otherwise.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse, TYPE } from "@formatjs/icu-messageformat-parser";

const languages = ["en", "fil"];
const folder = fileURLToPath(new URL("../../catalogue/", import.meta.url));
const source = fileURLToPath(new URL("../src/", import.meta.url));
const faults = [];

/** Names and kinds of all arguments of a message. */
function argumentsOf(elements, into = new Set()) {
  for (const element of elements) {
    if (element.type === TYPE.literal || element.type === TYPE.pound) continue;
    into.add(`${element.value}:${TYPE[element.type]}`);
    for (const option of Object.values(element.options ?? {})) argumentsOf(option.value, into);
  }
  return into;
}

const catalogues = new Map();
for (const language of languages) {
  const file = `web.${language}.json`;
  const text = readFileSync(join(folder, file), "utf8");
  const keys = [...text.matchAll(/^ {2}"([^"]+)":/gm)].map((match) => match[1]);
  const messages = new Map(Object.entries(JSON.parse(text)));
  if (keys.length !== messages.size) faults.push(`${file}: a key stands twice, or the file is not one key a line`);
  for (let n = 1; n < keys.length; n++) {
    if (keys[n - 1] >= keys[n]) faults.push(`${file}: "${keys[n]}" must stand before "${keys[n - 1]}"`);
  }
  catalogues.set(language, new Map());
  for (const [key, message] of messages) {
    try {
      catalogues.get(language).set(key, [...argumentsOf(parse(message, { ignoreTag: true }))].sort().join(" "));
    } catch (error) {
      faults.push(`${file}: "${key}" is no ICU message: ${error.message}`);
    }
    if (typeof message !== "string" || message.trim() === "") faults.push(`${file}: "${key}" is empty`);
  }
}

const [first, ...others] = languages;
for (const language of others) {
  for (const [key, wanted] of catalogues.get(first)) {
    const given = catalogues.get(language).get(key);
    if (given === undefined) faults.push(`web.${language}.json: "${key}" is missing`);
    else if (given !== wanted)
      faults.push(`web.${language}.json: "${key}" takes {${given}}, but {${wanted}} in ${first}`);
  }
  for (const key of catalogues.get(language).keys()) {
    if (!catalogues.get(first).has(key)) faults.push(`web.${first}.json: "${key}" is missing`);
  }
}

const code = readdirSync(source, { recursive: true })
  .filter((file) => /\.(svelte|ts)$/.test(file) && !/\.test\.ts$/.test(file))
  .map((file) => readFileSync(join(source, file), "utf8"))
  .join("\n");
// Whole families are named by a code of the server: t(`view.${view}`), tCode("state", ...).
const families = new Set(
  [...code.matchAll(/`([a-z_]+)\.\$\{|tCode\("([a-z_]+)"|for \(const prefix of \[([^\]]*)\]/g)].flatMap((match) =>
    match[3] ? [...match[3].matchAll(/"([a-z_]+)"/g)].map((one) => one[1]) : [match[1] ?? match[2]],
  ),
);
for (const key of catalogues.get(first).keys()) {
  if (!code.includes(`"${key}"`) && !code.includes(`'${key}'`) && !families.has(key.split(".")[0])) {
    faults.push(`"${key}" is used nowhere: take it out of the catalogue`);
  }
}

if (faults.length > 0) {
  console.error(faults.map((fault) => `catalogue: ${fault}`).join("\n"));
  process.exit(1);
}
console.log(`catalogue: ${catalogues.get(first).size} messages in ${languages.length} languages`);
