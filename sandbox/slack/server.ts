import {
  type HttpReply,
  type HttpRequest,
  type LoopbackServer,
  listenOnLoopback,
  textReply,
} from '../http.ts';
import { answerHook } from './hooks.ts';
import type { Slack } from './slack.ts';
import { answerWebApi } from './web-api.ts';

/** Serves the Web API, response_urls, uploads and sockets; anything else goes to `answerOther`. */
export async function serveSlack(
  slack: Slack,
  port: number,
  answerOther: (request: HttpRequest) => Promise<HttpReply>,
): Promise<LoopbackServer> {
  const listening = await listenOnLoopback(port, (request, callerGone) => {
    if (request.path.startsWith('/api/')) return answerWebApi(slack, request, callerGone);
    if (request.path.startsWith('/hooks/')) return answerHook(slack, request);
    if (request.path.startsWith('/upload/')) return answerUpload(slack, request);
    return answerOther(request);
  });
  listening.server.on('upgrade', (request, socket, head) => slack.sockets.upgrade(request, socket, head));
  slack.origin = listening.origin;
  return listening;
}

/** Takes the bytes of a file, as a multipart part named `body` or plain. */
async function answerUpload(slack: Slack, request: HttpRequest): Promise<HttpReply> {
  const type = request.headers['content-type'] ?? '';
  let content: Uint8Array = request.body;
  if (type.startsWith('multipart/form-data')) {
    const response = new Response(new Uint8Array(request.body), { headers: { 'content-type': type } });
    const part = (await response.formData()).get('body') as File | string | null;
    content = part instanceof File ? new Uint8Array(await part.arrayBuffer()) : Buffer.from(part ?? '');
  }
  return slack.uploads.receive(request.path, content)
    ? textReply(200, `OK - ${content.length}`)
    : textReply(404, 'not found');
}
