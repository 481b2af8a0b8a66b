// Real mails go through `suki mail deliver` into a running server: none is lost, none crashes it, and every raw byte comes
// back. The mails are not part of the repository: SUKI_DATA names their folder (default: ../shared/data beside the source).
// usage: node deliver.mjs SUKI_PROGRAM SOURCE_DIR
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const [program, source] = process.argv.slice(2).map((p) => resolve(p));
const mails = join(process.env.SUKI_DATA ?? join(source, '..', 'shared', 'data'), 'mail');
if (!existsSync(mails)) {
  console.log(`no mails at ${mails}; set SUKI_DATA. Skipped.`);
  process.exit(77);
}

const folder = mkdtempSync(join(tmpdir(), 'suki-mails-'));
const data = join(folder, 'data');
const password = 'a quiet river at noon';
function run(args, input) {
  const done = spawnSync(program, args, { input, timeout: 60_000 });
  return { status: done.status, output: `${done.stdout}${done.stderr}` };
}
function must(result) {
  if (result.status !== 0) throw new Error(result.output);
  return result.output;
}
const hash = (bytes) => createHash('sha256').update(bytes).digest('hex');

async function serve() {
  const server = spawn(program, ['serve', '--data', data, '--listen', '127.0.0.1:0', '--log-level', 'warning'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const site = await new Promise((done, lost) => {
    let printed = '';
    server.once('exit', (status) => lost(new Error(`the server ended with ${status}`)));
    server.stdout.setEncoding('utf8').on('data', (text) => {
      printed += text;
      const found = /suki serves (\S+)/.exec(printed);
      if (found) done(found[1]);
    });
  });
  return { server, site };
}

async function rawMails(site) {
  const log = await fetch(`${site}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: site },
    body: JSON.stringify({ login: 'nena', password }),
  });
  if (!log.ok) throw new Error(`log-in: ${log.status} ${await log.text()}`);
  const cookie = log.headers.get('set-cookie').split(';')[0];
  const get = async (path) => {
    const answer = await fetch(`${site}/api/v1${path}`, { headers: { cookie } });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  };
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
  return found;
}

let failed = 0;
let passed = 0;
function expect(ok, what) {
  if (ok) passed += 1;
  else {
    failed += 1;
    console.log(`FAILED ${what}`);
  }
}

must(run(['plan', 'adopt', join(source, 'plans', 'office-hours'), '--data', data, '--why', 'test']));
must(run(['user', 'add', 'nena', '--role', 'manager', '--data', data], `${password}\n`));
const { server, site } = await serve();
try {
  const files = readdirSync(mails, { recursive: true, withFileTypes: true })
    .filter((f) => f.isFile() && (f.name.endsWith('.eml') || f.name.endsWith('.txt')))
    .map((f) => join(f.parentPath ?? f.path, f.name))
    .sort();
  for (const file of files) {
    const { status, output } = run(['mail', 'deliver', '--data', data], readFileSync(file));
    expect(status === 0, `${file}: exit status ${status}: ${output}`);
  }
  const stored = await rawMails(site);
  for (const file of files) expect(stored.has(hash(readFileSync(file))), `${file}: its bytes do not come back`);
  expect(server.exitCode === null, 'the server is still there');
  console.log(`${files.length} mails, ${stored.size} different ones came back byte for byte`);
} finally {
  server.removeAllListeners('exit');
  const ended = new Promise((done) => server.once('exit', done));
  server.kill('SIGTERM');
  await ended;
  rmSync(folder, { recursive: true, force: true });
}
console.log(`mails: ${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
