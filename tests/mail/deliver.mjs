// Real mails go through `suki mail deliver` into a running server: none is lost, none crashes it, and every raw byte comes
// back. The mails are not part of the repository: SUKI_DATA names their folder (default: ../shared/data beside the source).
// usage: node deliver.mjs SUKI_PROGRAM SOURCE_DIR
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { desk, Expectations, password, Program } from './program.mjs';

const [path, source] = process.argv.slice(2).map((p) => resolve(p));
const mails = join(process.env.SUKI_DATA ?? join(source, '..', 'shared', 'data'), 'mail');
if (!existsSync(mails)) {
  console.log(`no mails at ${mails}; set SUKI_DATA. Skipped.`);
  process.exit(77);
}

const suki = new Program(path);
const folder = mkdtempSync(join(tmpdir(), 'suki-mails-'));
const data = join(folder, 'data');
const all = new Expectations();
const expect = all.expect.bind(all);
const hash = (bytes) => createHash('sha256').update(bytes).digest('hex');

async function rawMails(site) {
  const get = await desk(site, 'nena');
  const found = new Map();
  for (let cursor = ''; cursor !== null; ) {
    const inbox = await (await get(`/conversations?view=all&limit=100&cursor=${encodeURIComponent(cursor)}`)).json();
    for (const row of inbox.items) {
      const { messages } = await (await get(`/conversations/${row.id}`)).json();
      for (const message of messages.filter((m) => m.has_raw)) {
        const raw = await get(`/conversations/${row.id}/messages/${message.id}/raw`);
        found.set(hash(Buffer.from(await raw.arrayBuffer())), message);
      }
    }
    cursor = inbox.next;
  }
  // And what was no mail, or marked as spam on its way.
  for (let cursor = ''; cursor !== null; ) {
    const page = await (await get(`/quarantine?limit=100&cursor=${encodeURIComponent(cursor)}`)).json();
    for (const mail of page.items) {
      const raw = await get(`/quarantine/${mail.id}/raw`);
      found.set(hash(Buffer.from(await raw.arrayBuffer())), mail);
    }
    cursor = page.next;
  }
  return found;
}

suki.must(['plan', 'adopt', join(source, 'plans', 'office-hours'), '--data', data, '--why', 'test']);
suki.must(['user', 'add', 'nena', '--role', 'manager', '--data', data], `${password}\n`);
const { server, site, end } = await suki.serve(data);
try {
  const files = readdirSync(mails, { recursive: true, withFileTypes: true })
    .filter((f) => f.isFile() && (f.name.endsWith('.eml') || f.name.endsWith('.txt')))
    .map((f) => join(f.parentPath ?? f.path, f.name))
    .sort();
  const first = new Map(); // what suki said of a mail, to its file
  const copies = new Set(); // the same words under the same Message-ID, with other headers or ends of lines: one message
  for (const file of files) {
    const { status, output } = suki.run(['mail', 'deliver', '--data', data], readFileSync(file));
    expect(status === 0, `${file}: exit status ${status}: ${output}`);
    const said = output.trim().replace(/ duplicate$/, '');
    if (said === output.trim()) {
      first.set(said, file);
      continue;
    }
    copies.add(file);
    expect(first.has(said), `${file}: a copy of a mail that nobody knows: ${output}`);
  }
  const stored = await rawMails(site);
  for (const file of files)
    if (!copies.has(file)) expect(stored.has(hash(readFileSync(file))), `${file}: its bytes do not come back`);
  expect(server.exitCode === null, 'the server is still there');
  console.log(`${files.length} mails, ${stored.size} different ones came back byte for byte, ${copies.size} were copies`);
} finally {
  await end();
  rmSync(folder, { recursive: true, force: true });
}
all.end('mails');
