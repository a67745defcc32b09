import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRunId, createRunsAnswer, cut } from './status-rows.ts';

/**
 * A PAIFlow in a process of its own that answers prepared bytes and checks nothing, so that it costs both sides the
 * same and little. Tells its parent the port and ends with it.
 */
const ids = Array.from({ length: 10_000 }, (_, index) => createRunId(index));
// Of runs that say so no nodes are asked, and all of them are asked equally often.
const said = 'Suspended';
const answers = new Map(cut(ids, 100).map((batch) => [batch[0] ?? '', createRunsAnswer(batch, { said })]));

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    const start = body.indexOf('flow-');
    const answer = answers.get(body.toString('latin1', start, body.indexOf('"', start)));
    response.writeHead(answer === undefined ? 404 : 200, {
      'content-type': 'application/json;charset=utf-8',
      'content-length': answer?.length ?? 0,
    });
    response.end(answer);
  });
});
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.once('disconnect', () => process.exit(0));
