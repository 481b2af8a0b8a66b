// The program is killed at any instant under load, started again, again and again. What was acknowledged is there exactly
// once; what was not is asked again under the same request id and ends up there exactly once; every mail went out at least
// once with the same id and bytes; `suki verify` finds nothing (it counts everything again).
// usage: node kills.mjs SUKI_PROGRAM sqlite|postgres
//   SUKI_KILLS=N how often (12; with SUKI_LONG 300)   SUKI_SEED=N repeats the choices of a run
import { mkdtempSync, chmodSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Expectations } from '../mail/program.mjs';
import { hasPostgres, Postgres } from './postgres.mjs';
import { chance, CountingMailServer, Shop } from './shop.mjs';

const [path, engine] = process.argv.slice(2);
if (engine === 'postgres' && !hasPostgres()) {
  console.log('PostgreSQL is not installed (./dev setup test does it). Skipped.');
  process.exit(77);
}
const kills = Number(process.env.SUKI_KILLS ?? (process.env.SUKI_LONG ? 300 : 12));
const seed = Number(process.env.SUKI_SEED ?? Math.floor(Math.random() * 2 ** 31));
const again = `SUKI_SEED=${seed} SUKI_KILLS=${kills} node tests/kills/kills.mjs build/suki ${engine}`;
console.log(`to repeat: ${again}`);
const random = chance(seed);
const clientCount = 16;
const actsEach = 6; // of each client between two kills, at most: the mails must come after

const all = new Expectations();
const expect = all.expect.bind(all);
const folder = mkdtempSync(join(tmpdir(), 'suki-kills-'));
chmodSync(folder, 0o755); // PostgreSQL's user passes through
const postgres = engine === 'postgres' ? new Postgres(folder) : null;
await postgres?.start();
const mails = new CountingMailServer();
const shop = new Shop(resolve(path), folder, postgres?.url() ?? '', ['--smtp-url', await mails.listen()]);

/** What was acknowledged: conversations by subject, each with its link and the texts that must be in it. */
const conversations = new Map();
const replies = new Map(); // text -> conversation's id
let acknowledged = 0;
let retried = 0;
let waiting = []; // for the server to be there

const whenServed = () => (shop.site ? Promise.resolve() : new Promise((done) => waiting.push(done)));

/** Asks until there is an answer. */
async function insist(method, where, body, headers) {
  for (let tries = 0; ; ++tries) {
    await whenServed();
    const answer = await shop.ask(method, where, body, headers);
    if (answer && answer.status !== 503) {
      if (tries) retried += 1;
      acknowledged += 1;
      return answer;
    }
    await new Promise((done) => setTimeout(done, 5));
  }
}

class Customer {
  constructor(number) {
    this.number = number;
    this.random = chance(seed * 31 + number);
    this.acts = 0;
    this.own = [];
  }

  async act() {
    const id = `c${this.number}-${++this.acts}`;
    if (this.own.length && this.random(3) === 0) {
      const mine = this.own[this.random(this.own.length)];
      const text = `text ${id}`;
      const answer = await insist('POST', `/api/v1/public/conversations/${mine.token}/messages`, { request_id: id, text });
      expect(answer.status === 200 || answer.status === 201, `message ${id}: ${JSON.stringify(answer)}`);
      mine.texts.push(text);
      return;
    }
    const body = { request_id: id, name: `Customer ${this.number}`, email: `${id}@example.net`, topic: '', subject: `matter ${id}`, message: `text ${id}`, language: 'en' };
    const answer = await insist('POST', '/api/v1/public/conversations', body);
    expect(answer.status === 201, `conversation ${id}: ${JSON.stringify(answer)}`);
    const made = { subject: body.subject, email: body.email, token: answer.body?.token, texts: [body.message] };
    this.own.push(made);
    conversations.set(made.subject, made);
  }
}

class Agent {
  constructor(session, number) {
    this.session = session;
    this.random = chance(seed * 17 + number);
    this.number = number;
    this.acts = 0;
  }

  async act() {
    const inbox = await insist('GET', '/api/v1/conversations?view=open&limit=50', undefined, this.session);
    const rows = inbox.body?.items ?? [];
    if (!rows.length) return;
    const row = rows[this.random(rows.length)];
    const text = `answer a${this.number}-${++this.acts}`;
    const reply = { request_id: `a${this.number}-${this.acts}`, text, after: 1_000_000, then_state: null };
    const answer = await insist('POST', `/api/v1/conversations/${row.id}/replies`, reply, this.session);
    expect(answer.status === 201, `reply ${text}: ${JSON.stringify(answer)}`);
    replies.set(text, row.id);
  }
}

/** Works until it is told to stop, or has done enough; what was begun is ended. */
async function work(who, round) {
  for (let acts = 0; acts < actsEach && !round.over; ++acts) await who.act();
}

/** The instant of this kill. Some come while it starts, some in the middle of a mail: after its commit, before its effect
 * is there; and after its effect, before it is reported. */
function plan_kill() {
  const dice = random(10);
  if (dice < 2) return { moment: 'start', after: random(60) };
  if (dice < 4) return { moment: 'connect', after: 1 + random(12) };
  if (dice < 6) return { moment: 'data', after: 1 + random(12) };
  return { moment: 'time', after: random(random(2) ? 60 : 400) };
}

async function begin() {
  const serving = await shop.start();
  if (serving) for (const wake of waiting.splice(0)) wake();
  return serving;
}

/** Kills the serving program as planned while everybody works. */
async function killOnce(everybody) {
  const kill = plan_kill();
  const round = { over: false };
  const working = Promise.all(everybody.map((who) => work(who, round)));
  let timer;
  if (kill.moment === 'time' || kill.moment === 'start') {
    timer = setTimeout(() => shop.kill(), kill.after);
  } else {
    let left = kill.after;
    mails.onMoment = (moment) => {
      if (moment === kill.moment && --left === 0) shop.kill();
    };
    timer = setTimeout(() => shop.kill(), 3_000); // should so many mails not come
  }
  await shop.ended;
  clearTimeout(timer);
  mails.onMoment = () => {};
  // A second one before it serves again.
  if (kill.moment === 'start') {
    const starting = begin();
    const early = setTimeout(() => shop.kill(), kill.after);
    if (await starting) await shop.ended;
    clearTimeout(early);
  }
  if (!(await begin())) throw new Error('killed by somebody else');
  // Everybody ends what they had begun, by asking again.
  round.over = true;
  await working;
}

/** Everything acknowledged is there once, in the eyes of the customers given. */
async function lookAsCustomers(some) {
  for (const one of some) {
    const shown = await insist('GET', `/api/v1/public/conversations/${one.token}`);
    const texts = shown.body?.messages?.map((message) => message.text) ?? [];
    for (const text of one.texts)
      expect(texts.filter((t) => t === text).length === 1, `"${text}" is ${texts.filter((t) => t === text).length} times in "${one.subject}"`);
    expect(shown.body?.messages?.filter((m) => m.from === 'customer').length === one.texts.length, `"${one.subject}" has other messages: ${texts}`);
  }
}

/** Everything, in the eyes of the desk; the number of mails that must have gone out to each customer. */
async function lookAsDesk(session) {
  const rows = [];
  for (let cursor = ''; cursor !== null; ) {
    const page = await insist('GET', `/api/v1/conversations?view=all&limit=200&cursor=${encodeURIComponent(cursor)}`, undefined, session);
    rows.push(...page.body.items);
    cursor = page.body.next;
    if (cursor === null) expect(page.body.counts.all === rows.length, `${page.body.counts.all} counted, ${rows.length} listed`);
  }
  const subjects = rows.map((row) => row.subject);
  expect(new Set(subjects).size === subjects.length, 'a conversation is there twice');
  expect(subjects.length === conversations.size, `${subjects.length} conversations, ${conversations.size} acknowledged`);
  const there = new Set(subjects);
  for (const subject of conversations.keys()) expect(there.has(subject), `"${subject}" is gone`);
  const wanted = new Map();
  for (const row of rows) {
    const { body } = await insist('GET', `/api/v1/conversations/${row.id}`, undefined, session);
    const out = body.messages.filter((message) => message.delivery !== '');
    wanted.set(conversations.get(row.subject)?.email, { row, out });
    for (const [text, id] of replies)
      if (id === row.id) expect(body.messages.filter((m) => m.text === text).length === 1, `reply "${text}" is not there once`);
  }
  return wanted;
}

/** Until the outbox is empty, as the desk sees it: the instants of the mails are the program's own. */
async function mailsAreOut(session) {
  for (let looks = 0; looks < 600; ++looks) {
    const wanted = await lookAsDesk(session);
    const open = [...wanted.values()].flatMap(({ out }) => out).filter((message) => message.delivery === 'queued');
    if (!open.length) return wanted;
    await new Promise((done) => setTimeout(done, 200));
  }
  throw new Error('mails are still queued after two minutes');
}

try {
  shop.setUp();
  await begin();
  const session = await shop.logIn();
  const everybody = [...Array.from({ length: clientCount }, (_, n) => new Customer(n)), new Agent(session, 0), new Agent(session, 1)];
  let killed = 0;
  while (killed < kills && !all.failed) {
    const before = new Map([...conversations].map(([subject, one]) => [subject, one.texts.length]));
    await killOnce(everybody);
    await lookAsCustomers([...conversations.values()].filter((one) => before.get(one.subject) !== one.texts.length));
    if (killed % (kills > 50 ? 20 : 3) === 0) {
      const verified = shop.verify();
      expect(verified.status === 0, `kill ${killed}: verify: ${verified.output}`);
    }
    ++killed;
  }
  const wanted = await mailsAreOut(session);
  await lookAsCustomers(conversations.values());
  const sent = new Map();
  for (const [id, mail] of mails.byId) {
    expect(mail.same, `the mail ${id} went out in two forms`);
    sent.set(mail.to, (sent.get(mail.to) ?? 0) + 1);
  }
  for (const [email, { row, out }] of wanted) {
    expect(out.every((message) => message.delivery === 'sent'), `"${row.subject}": ${JSON.stringify(out.map((m) => m.delivery))}`);
    expect(out.length >= 1, `"${row.subject}": nobody was told that it came`);
    expect(sent.get(email) === out.length, `${email} got ${sent.get(email)} different mails, ${out.length} were decided`);
  }
  expect((await shop.stop()) === 0, `the last stop was not a clean one: ${shop.said}`);
  const verified = shop.verify();
  expect(verified.status === 0, `verify at the end: ${verified.output}`);
  const twice = [...mails.byId.values()].filter((mail) => mail.times > 1).length;
  console.log(`${engine}: ${killed} of ${kills} kills, ${conversations.size} conversations, ${acknowledged} answers, ${retried} only after asking again, ${mails.byId.size} mails, ${twice} of them more than once`);
} catch (error) {
  expect(false, error.stack);
} finally {
  shop.server?.kill('SIGKILL');
  mails.server.close();
  await postgres?.stop();
  if (!all.failed) rmSync(folder, { recursive: true, force: true });
  else console.log(`what is left lies in ${folder}`);
}
if (all.failed) console.log(`to repeat: ${again}`);
all.end(`kills on ${engine}`);
process.exit();
