// As much of an SMTP server as the program needs to send mail to.
import { createServer } from 'node:net';

/** Takes every mail and acknowledges it once `keep` has it. A subclass may say to a line something of its own: `answerTo`. */
export class SmtpServer {
  constructor() {
    /** Called in the middle of taking a mail: at 'connect', and at 'data', when the whole is kept and not answered. */
    this.onMoment = () => {};
    this.server = createServer((socket) => this.#serve(socket));
  }

  async listen() {
    await new Promise((done) => this.server.listen(0, '127.0.0.1', done));
    return `smtp://127.0.0.1:${this.server.address().port}`;
  }

  #serve(socket) {
    let pending = '';
    let mail = {};
    let lines = null;
    const say = (text) => socket.write(`${text}\r\n`);
    this.onMoment('connect');
    say('220 test');
    socket.setEncoding('utf8').on('error', () => {});
    socket.on('data', (text) => {
      pending += text;
      for (let end = pending.indexOf('\r\n'); end >= 0; end = pending.indexOf('\r\n')) {
        const line = pending.slice(0, end);
        pending = pending.slice(end + 2);
        if (lines) {
          if (line !== '.') {
            lines.push(line.startsWith('.') ? line.slice(1) : line);
            continue;
          }
          this.keep({ ...mail, raw: `${lines.join('\r\n')}\r\n` });
          lines = null;
          this.onMoment('data');
          say('250 kept');
          continue;
        }
        const path = /^(MAIL FROM|RCPT TO):<([^>]*)>/i.exec(line);
        if (path) mail = { ...mail, [/^MAIL/i.test(line) ? 'from' : 'to']: path[2] };
        if (/^DATA$/i.test(line)) lines = [];
        const own = this.answerTo?.(line);
        if (own) {
          say(own);
          continue;
        }
        say(lines ? '354 go' : /^QUIT/i.test(line) ? '221 bye' : '250 ok');
      }
    });
  }
}
