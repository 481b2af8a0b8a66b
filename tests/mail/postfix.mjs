// Some hundred mails go by SMTP into a real Postfix, which delivers them by LMTP, while suki is killed and started again. At the
// end Postfix has nothing left, and every mail is there exactly once, byte for byte below what deliveries put on top.
// usage: node postfix.mjs SUKI_PROGRAM
//   SUKI_MAILS=N how many (300)   SUKI_SEED=N repeats the choices of a run
import { createHash } from 'node:crypto';
import { chmodSync, chownSync, lstatSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chance, Shop } from '../kills/shop.mjs';
import { freePort, noPostfix, Postfix, Sender } from './postfix_server.mjs';
import { Expectations } from './program.mjs';

const why = noPostfix();
if (why) {
  console.log(`${why}: mail was not tried behind it. Skipped.`);
  process.exit(77);
}
const count = Number(process.env.SUKI_MAILS ?? 300);
const seed = Number(process.env.SUKI_SEED ?? Math.floor(Math.random() * 2 ** 31));
console.log(`to repeat: SUKI_SEED=${seed} SUKI_MAILS=${count} node tests/mail/postfix.mjs build/suki`);
const random = chance(seed);
const all = new Expectations();
const expect = all.expect.bind(all);
const hash = (bytes) => createHash('sha256').update(bytes).digest('hex');

const folder = mkdtempSync(join(tmpdir(), 'suki-postfix-'));
chmodSync(folder, 0o755);
const socket = join(folder, 'lmtp', 'suki');
const shop = new Shop(resolve(process.argv[2]), folder, '', ['--lmtp', `unix:${socket}`]);
shop.setUp();
const postfix = new Postfix(folder, `unix:${socket}`, await freePort());
// As the guide says: suki's folder, and what is made in it belongs to Postfix's group.
mkdirSync(join(folder, 'lmtp'));
chownSync(join(folder, 'lmtp'), 0, postfix.user.gid);
chmodSync(join(folder, 'lmtp'), 0o2750);

/** The mails: subject -> { from, to, bytes }. What Postfix adds stands above `From:`. */
const mails = new Map();
function write(subject, { from = `${subject}@example.net`, to = ['help@shop.example'], header = [], text = 'It hums.\r\n', utf8, id = `<${subject}@example.net>` } = {}) {
  const fields = [`From: Liza <${subject}@example.net>`, `To: ${to.join(', ')}`, `Subject: ${subject}`, ...(id ? [`Message-ID: ${id}`] : []), ...header];
  mails.set(subject, { from, to, utf8, bytes: Buffer.concat([Buffer.from(`${fields.join('\r\n')}\r\n\r\n`), Buffer.from(text)]) });
}
for (let i = 0; i < count; ++i) write(`mail-${i}`, { text: 'Since yesterday evening it hums.\r\n'.repeat(1 + random(40)) });
write('dots', { text: '.\r\n..\r\n.a\r\n' });
write('eight-bits', { header: ['MIME-Version: 1.0', 'Content-Type: text/plain; charset=latin1', 'Content-Transfer-Encoding: 8bit'], text: Buffer.from('Ma\xf1ana\r\n', 'latin1') });
write('utf8-address', { from: 'niña@example.net', utf8: true });
write('large', { text: `${'x'.repeat(76)}\r\n`.repeat(40_000) });
write('two-of-us', { to: ['help@shop.example', 'help+two@shop.example'] });
write('extension', { to: ['Help+4711@Shop.example'] });
write('no-id', { id: '' });
write('report', { from: '' });
// Postfix writes a report to its sender, who is the shop itself: what comes of it has no sender.
write('nobody-there', { from: 'help@shop.example', to: ['nobody@shop.example'] });
const arrive = [...mails.keys()].filter((subject) => subject !== 'nobody-there');

const until = async (what, holds, seconds = 120) => {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await holds();
    if (found) return found;
    if (Date.now() > end) {
      expect(false, `${what}, within ${seconds} s: ${postfix.log().split('\n').slice(-20).join('\n')}`);
      return undefined;
    }
    await new Promise((done) => setTimeout(done, 50));
  }
};

/** Every conversation with its messages, as the desk sees them. */
async function conversations(session) {
  const found = [];
  for (let cursor = ''; cursor !== null; ) {
    const page = await shop.ask('GET', `/api/v1/conversations?view=all&limit=200&cursor=${encodeURIComponent(cursor)}`, undefined, session);
    for (const row of page.body.items) found.push((await shop.ask('GET', `/api/v1/conversations/${row.id}`, undefined, session)).body);
    cursor = page.body.next;
  }
  return found;
}

async function rawMail(session, conversation, message) {
  const answer = await fetch(`${shop.site.origin}/api/v1/conversations/${conversation.row.id}/messages/${message.id}/raw`, { headers: { cookie: session.cookie } });
  return Buffer.from(await answer.arrayBuffer());
}

try {
  await postfix.start();
  expect(await shop.start(), 'suki starts');
  expect(lstatSync(socket).gid === postfix.user.gid && (lstatSync(socket).mode & 0o777) === 0o660, 'its socket is for the group of its folder');

  const waiting = [...mails.values()];
  let sent = 0;
  let kills = 0;
  const kill = async () => {
    kills += 1;
    shop.kill();
    await shop.ended;
    // Postfix finds nobody there for a while.
    if (kills === 2) await until('mail waits', () => postfix.queue().length > 0 || sent === mails.size);
    expect(await shop.start(), `suki starts after kill ${kills}`);
  };
  const killAt = new Set([0.2, 0.45, 0.7, 0.95].map((part) => Math.floor(part * mails.size)));
  let killing = Promise.resolve();
  await Promise.all(
    Array.from({ length: 5 }, async () => {
      const sender = await Sender.to(postfix.port);
      for (let mail = waiting.shift(); mail; mail = waiting.shift()) {
        await sender.send(mail);
        sent += 1;
        if (killAt.has(sent)) killing = killing.then(kill);
      }
      await sender.quit();
    }),
  );
  await killing;
  expect(kills === 4, `killed ${kills} times, and not 4`);
  await until('Postfix has nothing left', () => {
    postfix.flush();
    return postfix.queue().length === 0;
  });

  const session = await shop.logIn();
  const found = await conversations(session);
  const bySubject = new Map();
  for (const one of found) bySubject.set(one.row.subject, [...(bySubject.get(one.row.subject) ?? []), one]);
  for (const subject of arrive) {
    const mine = bySubject.get(subject) ?? [];
    bySubject.delete(subject);
    const letters = mine.flatMap((one) => one.messages.filter((m) => m.has_raw).map((m) => [one, m]));
    expect(letters.length === 1, `"${subject}" is there ${letters.length} times`);
    if (letters.length !== 1) continue;
    const raw = (await rawMail(session, ...letters[0])).toString('latin1');
    const mail = mails.get(subject);
    const written = mail.bytes.toString('latin1');
    expect(raw.endsWith(written), `"${subject}": its bytes are others: ${hash(raw)}`);
    const top = raw.slice(0, raw.length - written.length);
    const sender = Buffer.from(mail.from, 'utf8').toString('latin1');
    expect(top.startsWith(`Return-Path: <${sender}>\r\nDelivered-To: `), `"${subject}" has on top: ${top}`);
    for (const one of mail.to) expect(top.toLowerCase().includes(`delivered-to: ${one.toLowerCase()}\r\n`), `"${subject}" was delivered to: ${top}`);
    expect(/\nReceived: from client\.example/.test(top), `"${subject}" came through Postfix: ${top}`);
  }
  // What is left is the report about nobody@, of a machine.
  const left = [...bySubject.values()].flat();
  expect(left.length === 1, `besides there are: ${left.map((one) => one.row.subject)}`);
  if (left.length === 1) {
    const message = left[0].messages.find((m) => m.has_raw);
    const raw = (await rawMail(session, left[0], message)).toString('latin1');
    expect(raw.startsWith('Return-Path: <>\r\n'), 'a report has no sender');
    expect(/550 5\.1\.1|User unknown|no such mailbox/.test(raw), `the sender of a mail for nobody is told: ${raw}`);
    expect(!left[0].messages.some((m) => m.kind === 'automatic'), 'a report is not answered');
  }
  await shop.stop();
  expect(shop.verify().status === 0, `suki verify: ${shop.verify().output}`);
  console.log(`${mails.size} mails through Postfix, ${kills} kills, ${found.length} conversations`);
} finally {
  await postfix.stop().catch(() => {});
  if (shop.server && shop.server.exitCode === null && shop.server.signalCode === null) shop.kill();
  if (!all.failed) rmSync(folder, { recursive: true, force: true });
  else console.log(`kept: ${folder}`);
}
all.end('postfix');
