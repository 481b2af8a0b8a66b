// A promise is missed, and the team hears of it by mail: the real program, a real clock with a promise of a second, and a
// mail server of our own. What comes back for the notice opens no conversation.
// usage: node notices.mjs SUKI_PROGRAM
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { desk, Expectations, password, Program } from './program.mjs';
import { SmtpServer } from './smtp.mjs';

const suki = new Program(resolve(process.argv[2]));
const folder = mkdtempSync(join(tmpdir(), 'suki-notices-'));
const data = join(folder, 'data');
const plan = join(folder, 'plan');
const all = new Expectations();
const expect = all.expect.bind(all);

const planText = `suki: 1
business:
  name: Test Shop
  time_zone: Asia/Manila
  languages: [en, fil]
  tone: {en: Warm., fil: Magiliw.}
channels:
  - {id: mail, kind: email, name: {en: Mail, fil: Email}, hours: always, address: help@shop.example}
teams: [{id: front, name: {en: Front, fil: Harap}}]
topics: [{id: question, name: {en: Question, fil: Tanong}, team: front}]
priorities: [{id: normal, name: {en: Normal, fil: Karaniwan}}]
defaults: {topic: question, priority: normal, team: front}
sla:
  policies:
    - id: standard
      name: {en: Standard, fil: Pamantayan}
      calendar: always
      targets:
        first_reply: {within: 1s}
      escalations:
        - {id: missed, name: {en: A first reply is missed, fil: May unang sagot na hindi natupad}, target: first_reply, at: due, do: notify_team}
  rules: [{id: everyone, policy: standard}]
assignment:
  rules: [{id: all, team: front, routing: least_load, automatic: true}]
`;

/** `next(to)` is the next mail for that address. */
class MailServer extends SmtpServer {
  kept = [];
  waiting = [];

  next(to) {
    return new Promise((done) => {
      this.waiting.push({ to, done });
      this.#hand_out();
    });
  }

  keep(mail) {
    this.kept.push(mail);
    this.#hand_out();
  }

  #hand_out() {
    for (const wish of [...this.waiting]) {
      const at = this.kept.findIndex((mail) => mail.to === wish.to);
      if (at < 0) continue;
      const [mail] = this.kept.splice(at, 1);
      this.waiting.splice(this.waiting.indexOf(wish), 1);
      wish.done(mail);
    }
  }
}

const header = (raw, name) =>
  new RegExp(`^${name}: (.*(?:\r\n[ \t].*)*)`, 'im').exec(raw.slice(0, raw.indexOf('\r\n\r\n')))?.[1].replace(/\r\n[ \t]/g, ' ');
/** The text of a quoted-printable body. */
function textOf(raw) {
  const body = raw.slice(raw.indexOf('\r\n\r\n') + 4).replace(/=\r\n/g, '');
  return Buffer.from(body.replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16))), 'latin1').toString();
}

mkdirSync(plan);
writeFileSync(join(plan, 'plan.yaml'), planText);
suki.must(['plan', 'adopt', plan, '--data', data, '--why', 'test']);
const add = (...args) => suki.must(['user', 'add', ...args, '--data', data], `${password}\n`);
add('nena', '--role', 'manager');
add('ana', '--name', 'Ana', '--team', 'front', '--email', 'Ana@shop.example', '--language', 'fil');
add('ben', '--name', 'Ben', '--team', 'front');
add('cid', '--name', 'Cid', '--team', 'front', '--email', 'cid@shop.example');
const wrong = suki.run(['user', 'email', 'ben', 'help@shop.example', '--data', data]);
expect(wrong.status === 1 && /customers write to/.test(wrong.output), `the desk's own address: ${wrong.output}`);
suki.must(['user', 'email', 'cid', '--data', data]);
const users = suki.must(['user', 'list', '--data', data]);
expect(/^ana\tagent\tAna\tana@shop\.example$/m.test(users) && /^cid\tagent\tCid\t-$/m.test(users), `user list:\n${users}`);

const mails = new MailServer();
const url = await mails.listen();
const { site, end } = await suki.serve(data, ['--smtp-url', url, '--site-url', 'https://shop.example/']);
try {
  const deliver = (raw) => suki.must(['mail', 'deliver', '--data', data], raw);
  const first = deliver('From: Liza Cruz <liza@example.net>\nTo: help@shop.example\nSubject: Broken fan\nMessage-ID: <1@example.net>\n\nIt stopped.\n');
  expect(/^conversation 1 /.test(first), first);

  const notice = await mails.next('ana@shop.example');
  const text = textOf(notice.raw);
  expect(notice.from === 'help@shop.example', `the sender is ${notice.from}`);
  expect(header(notice.raw, 'Auto-Submitted') === 'auto-generated', `Auto-Submitted: ${header(notice.raw, 'Auto-Submitted')}`);
  expect(/takda: Broken fan/.test(header(notice.raw, 'Subject')), `Subject: ${header(notice.raw, 'Subject')}`);
  for (const word of ['Ana', 'Unang sagot', 'Pamantayan', 'Usapan 1: Broken fan', 'Liza Cruz', 'oras sa Manila', 'May unang sagot na hindi natupad', 'May hawak: wala pa', 'https://shop.example/desk/inbox/all/1'])
    expect(text.includes(word), `"${word}" is not in\n${text}`);

  const id = header(notice.raw, 'Message-ID');
  const away = deliver(`From: ana@shop.example\nTo: help@shop.example\nSubject: Away\nAuto-Submitted: auto-replied\nIn-Reply-To: ${id}\nMessage-ID: <away@shop.example>\n\nI am on leave.\n`);
  expect(/^conversation 1 /.test(away), `an absence note: ${away}`);
  const back = deliver(`Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: help@shop.example\nSubject: Undelivered\nMIME-Version: 1.0\nMessage-ID: <dsn@mx.example>\nContent-Type: multipart/report; boundary=b\n\n--b\n\nNo such user.\n--b\nContent-Type: message/rfc822\n\n${notice.raw.replaceAll('\r\n', '\n')}\n--b--\n`);
  expect(/^conversation 1 /.test(back), `a delivery report: ${back}`);

  const get = await desk(site, 'nena');
  const inbox = await (await get('/conversations?view=all')).json();
  expect(inbox.items.length === 1, `${inbox.items.length} conversations`);
  const { timeline, messages } = await (await get('/conversations/1')).json();
  const told = timeline.filter((event) => event.kind === 'escalated').flatMap((event) => event.told);
  const wanted = [
    { who: 'Ana', delivery: 'sent', problem: 'returned' },
    { who: 'Ben', delivery: 'none', problem: 'no_address' },
    { who: 'Cid', delivery: 'none', problem: 'no_address' },
  ];
  expect(JSON.stringify(told) === JSON.stringify(wanted), `told: ${JSON.stringify(told)}`);
  const notes = messages.filter((message) => message.kind === 'note').map((message) => message.text.trim());
  expect(notes.length === 2 && notes[0] === 'I am on leave.' && notes[1] === 'No such user.', `notes: ${JSON.stringify(notes)}`);
  const moved = await mails.next('cid@shop.example');
  expect(/^Your e-mail address at /.test(header(moved.raw, 'Subject')), `who loses an address is told there: ${moved.raw}`);
  expect(mails.kept.length === 0, `other mails: ${mails.kept.map((mail) => mail.to)}`);
} finally {
  await end();
  mails.server.close();
  rmSync(folder, { recursive: true, force: true });
}
all.end('notices');
