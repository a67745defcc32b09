import { WebSocket } from 'ws';
import type { Sandbox } from '../../sandbox/sandbox.ts';

/** What Slack sent to the app, as far as the tests look at it. */
export interface Payload extends Record<string, unknown> {
  readonly response_url: string;
  readonly trigger_id: string;
  readonly text: string;
}

/** Calls a method of the Web API; gives the answer as it came. */
export async function callSlack(sandbox: Sandbox, method: string, args: object, token = 'SLACK_BOT_TOKEN') {
  const response = await fetch(`${sandbox.env.SLACK_API_URL}${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${sandbox.env[token]}` },
    body: JSON.stringify(args),
  });
  return (await response.json()) as { ok: boolean; error?: string; ts?: string; url?: string };
}

/** The least app there is: acknowledges everything at once and hands it to `onPayload`. */
export async function connectApp(
  sandbox: Sandbox,
  onPayload: (payload: Payload) => void,
): Promise<WebSocket> {
  const { url = '' } = await callSlack(sandbox, 'apps.connections.open', {}, 'SLACK_APP_TOKEN');
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.once('message', resolve);
    socket.once('error', reject);
  });
  socket.on('message', (raw) => {
    const { envelope_id, payload } = JSON.parse(raw.toString()) as { envelope_id: string; payload: Payload };
    socket.send(JSON.stringify({ envelope_id }));
    onPayload(payload);
  });
  return socket;
}
