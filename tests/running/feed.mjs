// A page that follows the feed, with nothing but a socket.
import http from 'node:http';
import https from 'node:https';
import { randomBytes } from 'node:crypto';

/** Resolves when the first frame has come: { socket, closed }, where `closed` resolves to the close code, or to 0 when the
 * connection broke off without one. `more` are options of the request, such as whom to trust for TLS. */
export function openFeed(site, headers, more = {}) {
  return new Promise((done, lost) => {
    const request = (site.protocol === 'https:' ? https : http).request({
      ...more,
      host: site.hostname,
      port: site.port,
      path: '/api/v1/feed',
      headers: { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': randomBytes(16).toString('base64'), origin: site.origin, ...headers },
    });
    request.on('error', lost).on('response', (answer) => lost(new Error(`the feed: ${answer.statusCode}`)));
    request.on('upgrade', (_answer, socket, head) => {
      let pending = head;
      let tell;
      const closed = new Promise((over) => (tell = over));
      const take = () => {
        while (pending.length >= 2) {
          const short = pending[1] & 0x7f;
          const start = short === 126 ? 4 : short === 127 ? 10 : 2;
          if (pending.length < start) return;
          const length = short === 126 ? pending.readUInt16BE(2) : short === 127 ? Number(pending.readBigUInt64BE(2)) : short;
          if (pending.length < start + length) return;
          const opcode = pending[0] & 0x0f;
          const body = pending.subarray(start, start + length);
          pending = pending.subarray(start + length);
          if (opcode === 1) done({ socket, closed });
          if (opcode === 8) {
            // The answer, under a mask of zeroes.
            socket.end(Buffer.concat([Buffer.from([0x88, 0x80 | body.length, 0, 0, 0, 0]), body]));
            tell(body.length >= 2 ? body.readUInt16BE(0) : 1005);
          }
        }
      };
      socket.on('data', (bytes) => {
        pending = Buffer.concat([pending, bytes]);
        take();
      });
      socket.on('error', () => tell(0)).on('close', () => tell(0));
      take();
    });
    request.end();
  });
}
