// The disk of the data folder is full under a running server, and has room again; and a data folder that cannot be written.
// What is refused is refused with a stable code, what was acknowledged is there once, and the server goes on by itself.
// Needs a small file system of its own: in a mount namespace, as root or as a user who may make one.
// usage: node disk_full.mjs SUKI_PROGRAM
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Expectations } from '../mail/program.mjs';
import { Shop } from './shop.mjs';

if (!process.env.SUKI_IN_NAMESPACE) {
  const flags = process.getuid() === 0 ? '-m' : '-rm';
  if (spawnSync('unshare', [flags, 'mount', '-t', 'tmpfs', 'none', '/mnt']).status !== 0) {
    console.log('no file system can be mounted here (unshare). Skipped.');
    process.exit(77);
  }
  const env = { ...process.env, SUKI_IN_NAMESPACE: '1' };
  const { status } = spawnSync('unshare', [flags, process.execPath, ...process.argv.slice(1)], { env, stdio: 'inherit' });
  process.exit(status ?? 1);
}

const all = new Expectations();
const expect = all.expect.bind(all);
const folder = mkdtempSync(join(tmpdir(), 'suki-full-'));
const run = (...words) => expect(spawnSync(words[0], words.slice(1)).status === 0, words.join(' '));
run('mount', '-t', 'tmpfs', '-o', 'size=16m', 'none', folder);
const shop = new Shop(resolve(process.argv[2]), folder, '');
const ballast = join(folder, 'ballast');
const acknowledged = new Map();
const long = 'word '.repeat(6_000);

const form = (id) => ({ request_id: id, name: 'Liza', email: '', topic: '', subject: `matter ${id}`, message: `${id} ${long}`, language: 'en' });
async function write(id) {
  const answer = await shop.ask('POST', '/api/v1/public/conversations', form(id));
  if (answer?.status === 201) acknowledged.set(id, answer.body.token);
  return answer;
}

function fill() {
  const file = openSync(ballast, 'w');
  for (let size = 1 << 20; size >= 1; ) {
    try {
      if (writeSync(file, Buffer.alloc(size)) < size) size >>= 1;
    } catch {
      size >>= 1;
    }
  }
  closeSync(file);
}

try {
  shop.setUp();
  await shop.start();
  for (let n = 0; n < 5; ++n) expect((await write(`before-${n}`))?.status === 201, `before-${n}`);
  for (let round = 0; round < 3; ++round) {
    fill();
    let refusals = 0;
    for (let n = 0; n < 60; ++n) {
      const answer = await write(`full-${round}-${n}`);
      if (answer?.status === 201) continue; // there was room in what the log had already
      refusals += 1;
      const code = answer?.body?.code;
      expect((answer?.status === 507 && code === 'storage_full') || (answer?.status === 503 && code === 'io'), `full: ${JSON.stringify(answer)}`);
      expect(answer?.headers?.['content-type'] === 'application/problem+json', 'full: a problem');
    }
    expect(refusals > 0, 'nothing was refused: the disk was not full');
    expect((await shop.ask('GET', '/api/v1/public/site'))?.status === 200, 'reading goes on');
    unlinkSync(ballast);
    for (let n = 0; n < 60; n += 20) expect((await write(`full-${round}-${n}`))?.status === 201, `round ${round}: room again`);
    console.log(`round ${round}: ${refusals} of 60 refused, then served again`);
  }
  shop.kill();
  await shop.ended;
  await shop.start();
  for (const [id, token] of acknowledged) {
    const shown = await shop.ask('GET', `/api/v1/public/conversations/${token}`);
    expect(shown?.body?.messages?.filter((m) => m.from === 'customer').length === 1, `${id} is not there once`);
  }
  const session = await shop.logIn();
  const inbox = await shop.ask('GET', '/api/v1/conversations?view=all&limit=1', undefined, session);
  expect(inbox?.body?.counts.all === acknowledged.size, `${inbox?.body?.counts.all} stored, ${acknowledged.size} acknowledged`);
  expect((await shop.stop()) === 0, 'a clean stop');
  const verified = shop.verify();
  expect(verified.status === 0, `verify: ${verified.output}`);

  run('mount', '-o', 'remount,ro', folder);
  const refused = shop.suki.run(['serve', '--data', shop.data, '--listen', '127.0.0.1:0']);
  expect(refused.status === 2 && /suki serve: /.test(refused.output), `read-only: ${refused.status} ${refused.output}`);
  console.log(`read-only: ${refused.output.trim()}`);
} catch (error) {
  expect(false, error.stack);
} finally {
  shop.server?.kill('SIGKILL');
  await shop.ended;
  spawnSync('umount', ['-l', folder]);
  rmSync(folder, { recursive: true, force: true });
}
all.end('disk full');
process.exit();
