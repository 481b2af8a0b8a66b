// A shop whose program is ended and started at will: a plan, staff, a mail server that counts, and customers who ask again
// under the same request id until they are answered.
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { password, Program } from '../mail/program.mjs';
import { SmtpServer } from '../mail/smtp.mjs';

const planText = `suki: 1
business:
  name: Test Shop
  time_zone: Asia/Manila
  languages: [en]
  tone: {en: Warm.}
channels:
  - {id: mail, kind: email, name: {en: Mail}, hours: always, address: help@shop.example}
  - {id: form, kind: form, name: {en: Form}, hours: always}
teams: [{id: front, name: {en: Front}}]
topics: [{id: question, name: {en: Question}, team: front}]
priorities: [{id: urgent, name: {en: Urgent}}, {id: normal, name: {en: Normal}}]
defaults: {topic: question, priority: normal, team: front}
sla:
  policies:
    - id: standard
      name: {en: Standard}
      calendar: always
      targets:
        first_reply: {within: 1s}
      escalations:
        - {id: missed, name: {en: Missed}, target: first_reply, at: due, do: raise_priority}
  rules: [{id: everyone, policy: standard}]
assignment:
  rules: [{id: all, team: front, routing: least_load, automatic: true}]
replies:
  - id: received
    "on": received
    subject: {en: We got it}
    body: {en: "Hello {customer}. {link}"}
`;

/** Numbers by chance that a seed repeats. */
export function chance(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** Keeps, by Message-ID, to whom a mail went and how often its bytes were which. */
export class CountingMailServer extends SmtpServer {
  byId = new Map();

  keep({ to, raw }) {
    const id = /^Message-ID: <([^>]*)>/im.exec(raw)?.[1] ?? 'none';
    const known = this.byId.get(id) ?? { to, raw, same: true, times: 0 };
    known.times += 1;
    known.same &&= known.raw === raw && known.to === to;
    this.byId.set(id, known);
  }
}

const agents = new Map();

export class Shop {
  /** `folder` is the test's; `store` the line that a data folder names its store with, "" for its own. */
  constructor(path, folder, store, more = []) {
    this.suki = new Program(path);
    this.folder = folder;
    this.data = join(folder, 'data');
    this.more = more;
    mkdirSync(this.data, { recursive: true });
    chmodSync(this.data, 0o700);
    if (store) writeFileSync(join(this.data, 'store'), `${store}\n`, { mode: 0o600 });
  }

  setUp() {
    const plan = join(this.folder, 'plan');
    mkdirSync(plan);
    writeFileSync(join(plan, 'plan.yaml'), planText);
    this.suki.must(['plan', 'adopt', plan, '--data', this.data, '--why', 'test']);
    this.suki.must(['user', 'add', 'ana', '--role', 'manager', '--team', 'front', '--data', this.data], `${password}\n`);
  }

  /** Starts the program. Resolves to true when it serves, to false when it was killed before. */
  start() {
    const quiet = this.more.includes('--log-level') ? [] : ['--log-level', 'off'];
    const args = ['serve', '--data', this.data, '--listen', '127.0.0.1:0', '--no-rate-limit', ...quiet, ...this.more];
    const server = spawn(this.suki.path, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.server = server;
    this.said = '';
    server.stderr.setEncoding('utf8').on('data', (text) => (this.said += text));
    this.ended = new Promise((done) => server.once('exit', (status, signal) => done(signal ?? status)));
    return new Promise((done, lost) => {
      let printed = '';
      void this.ended.then((how) => {
        if (this.server === server) this.site = undefined;
        if (how === 'SIGKILL') done(false);
        else lost(new Error(`the server ended with ${how}: ${this.said}`));
      });
      server.stdout.setEncoding('utf8').on('data', (text) => {
        printed += text;
        const found = /suki serves (\S+)/.exec(printed);
        if (found && server.signalCode === null && !server.killed) {
          this.site = new URL(found[1]);
          done(true);
        }
      });
    });
  }

  kill() {
    this.site = undefined;
    this.server.kill('SIGKILL');
  }

  async stop() {
    this.site = undefined;
    if (this.server.exitCode === null && this.server.signalCode === null) this.server.kill('SIGTERM');
    return this.ended;
  }

  /** One request: { status, body }, or null when no whole answer came. */
  ask(method, path, body, headers = {}) {
    const site = this.site;
    if (!site) return Promise.resolve(null);
    const agent = agents.get(site.port) ?? new http.Agent({ keepAlive: true });
    agents.set(site.port, agent);
    const bytes = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((done) => {
      const request = http.request(
        { host: site.hostname, port: site.port, method, path, agent, timeout: 30_000, headers: { ...(bytes ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(bytes) } : {}), origin: site.origin, ...headers } },
        (answer) => {
          let text = '';
          answer.setEncoding('utf8').on('data', (part) => (text += part));
          answer.on('error', () => done(null));
          answer.on('close', () => {
            if (!answer.complete) return done(null);
            let parsed = null;
            try {
              parsed = text ? JSON.parse(text) : null;
            } catch {
              parsed = text;
            }
            done({ status: answer.statusCode, body: parsed, headers: answer.headers });
          });
        },
      );
      request.on('error', () => done(null)).on('timeout', () => request.destroy());
      request.end(bytes);
    });
  }

  async logIn() {
    const answer = await this.ask('POST', '/api/v1/session', { login: 'ana', password });
    if (answer?.status !== 200) throw new Error(`log-in: ${JSON.stringify(answer)}`);
    return { cookie: answer.headers['set-cookie'][0].split(';')[0], 'x-csrf-token': answer.body.csrf };
  }

  verify() {
    const seconds = 600; // thousands of conversations, and the machine has other work
    return this.suki.run(['verify', '--data', this.data], '', seconds);
  }
}
