// TERM while many write, watch, and a mail is on its way to a server that says nothing: what runs is answered, feeds are told to
// go away, the program ends with 0 within its limits, everything acknowledged is there once, and `suki verify` is clean. And
// with --drain: it says first that it is about to stop, and goes on serving until then.
// usage: node stop.mjs SUKI_PROGRAM sqlite|postgres
//   SUKI_STOPS=N how often (4; with SUKI_LONG 40)
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { hasPostgres, Postgres } from '../kills/postgres.mjs';
import { Shop } from '../kills/shop.mjs';
import { Expectations } from '../mail/program.mjs';
import { openFeed } from './feed.mjs';

const [path, engine] = process.argv.slice(2);
if (engine === 'postgres' && !hasPostgres()) {
  console.log('PostgreSQL is not installed (./dev setup test does it). Skipped.');
  process.exit(77);
}
const stops = Number(process.env.SUKI_STOPS ?? (process.env.SUKI_LONG ? 40 : 4));
const clientCount = 24;
const wantedEach = 150; // acknowledged between start and TERM, over all clients
// server/limits.h: stop_timeout 10 s for what runs, and cli/serve.cpp: mail_at_end_max 5 s for a mail, side by side; and a
// little for the store.
const endSecondsMax = 13;

const all = new Expectations();
const expect = all.expect.bind(all);
const folder = mkdtempSync(join(tmpdir(), 'suki-stop-'));
chmodSync(folder, 0o755);
const postgres = engine === 'postgres' ? new Postgres(folder) : null;
await postgres?.start();
// Takes connections and never says a word.
const silent = net.createServer((socket) => socket.on('error', () => {}));
await new Promise((done) => silent.listen(0, '127.0.0.1', done));
const shop = new Shop(resolve(path), folder, postgres?.url() ?? '', ['--smtp-url', `smtp://127.0.0.1:${silent.address().port}`]);

const acknowledged = new Set();
const asked = new Set();
let number = 0;

/** Writes one after the other until no answer comes any more. */
async function write(seen) {
  for (;;) {
    const id = `w${++number}`;
    asked.add(id);
    const form = { request_id: id, name: 'Liza', email: `${id}@example.net`, topic: '', subject: `matter ${id}`, message: `text ${id}`, language: 'en' };
    const answer = await shop.ask('POST', '/api/v1/public/conversations', form);
    if (answer === null) return;
    expect(answer.status === 201 || answer.status === 503, `${id}: ${JSON.stringify(answer)}`);
    if (answer.status === 201) {
      acknowledged.add(id);
      seen(answer);
    }
  }
}

async function round(n) {
  await shop.start();
  const session = await shop.logIn();
  const feeds = await Promise.all([1, 2, 3].map(() => openFeed(shop.site, { cookie: session.cookie })));
  // Such a one is waited for as long as anybody: once is enough.
  const half = n > 1 ? undefined : net.connect(Number(shop.site.port), '127.0.0.1', () => half.write('POST /api/v1/public/conversations HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12'));
  half?.on('error', () => {}).resume();
  const idle = net.connect({ path: join(shop.data, 'suki.sock') });
  idle.on('error', () => {}).resume();
  let count = 0;
  let enough;
  const loaded = new Promise((done) => (enough = done));
  const writers = Array.from({ length: clientCount }, () => write(() => (++count >= wantedEach ? enough() : undefined)));
  await loaded;
  const since = Date.now();
  const how = shop.server.kill('SIGTERM') && (await shop.ended);
  const took = (Date.now() - since) / 1000;
  await Promise.all(writers);
  expect(how === 0, `round ${n}: it ended with ${how}`);
  expect(took <= endSecondsMax, `round ${n}: it took ${took} s to end`);
  for (const feed of feeds) {
    const code = await feed.closed;
    expect(code === 1001, `round ${n}: a feed was closed with ${code}, and not as going away`);
  }
  half?.destroy();
  idle.destroy();
  console.log(`round ${n}: ${count} acknowledged, ended after ${took.toFixed(1)} s`);
}

/** TERM with --drain: it says so, and goes on. */
async function drained() {
  shop.more = ['--drain', '300'];
  await shop.start();
  expect((await shop.ask('GET', '/readyz'))?.status === 200, 'ready');
  shop.server.kill('SIGTERM');
  let ready;
  do ready = await shop.ask('GET', '/readyz');
  while (ready?.status === 200);
  const server = ready?.body?.checks?.find((check) => check.name === 'server');
  expect(ready?.status === 503 && server?.reason === 'it is about to stop', `about to stop: ${JSON.stringify(ready)}`);
  const still = await shop.ask('GET', '/api/v1/public/site');
  expect(still?.status === 200, `it goes on serving: ${JSON.stringify(still)}`);
  expect((await shop.ask('GET', '/healthz'))?.status === 200, 'it lives');
  shop.server.kill('SIGTERM');
  expect((await shop.ended) === 0, 'the second signal ends it');
}

try {
  shop.setUp();
  for (let n = 1; n <= stops; ++n) await round(n);
  await drained();
  shop.more = [];
  await shop.start();
  const session = await shop.logIn();
  const subjects = new Map();
  for (let cursor = ''; ; ) {
    const page = await shop.ask('GET', `/api/v1/conversations?view=all&limit=200${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`, undefined, session);
    if (page?.status !== 200) throw new Error(`the list: ${JSON.stringify(page)}`);
    for (const row of page.body.items) subjects.set(row.subject, (subjects.get(row.subject) ?? 0) + 1);
    cursor = page.body.next ?? '';
    if (!cursor) break;
  }
  for (const id of acknowledged) expect(subjects.get(`matter ${id}`) === 1, `${id} was acknowledged and is there ${subjects.get(`matter ${id}`) ?? 0} times`);
  for (const [subject, times] of subjects) expect(times === 1 && asked.has(subject.slice(7)), `${subject}: ${times} times`);
  expect((await shop.stop()) === 0, 'the last stop');
  const verified = shop.verify();
  expect(verified.status === 0, `verify: ${verified.output}`);
  console.log(`${acknowledged.size} acknowledged, ${subjects.size} there`);
} catch (error) {
  expect(false, error.stack);
} finally {
  shop.server?.kill('SIGKILL');
  silent.close();
  await postgres?.remove();
  rmSync(folder, { recursive: true, force: true });
}
all.end(`clean stop on ${engine}`);
process.exit();
