import { LogLevel, SocketModeClient } from '@slack/socket-mode';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { FIXTURE_MANIFEST } from './manifest.fixture.ts';

interface Received {
  readonly ack: (payload?: object) => Promise<void>;
  readonly body: Record<string, unknown>;
  readonly retry_num?: number;
  readonly envelope_id: string;
}

describe('@slack/socket-mode on the loopback Slack', () => {
  let sandbox: Sandbox;
  const clients: SocketModeClient[] = [];

  beforeEach(async () => {
    sandbox = await startSandbox({ manifest: FIXTURE_MANIFEST, slack: { eventRetryDelaysMs: [0, 5, 5] } });
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.disconnect()));
    await sandbox.stop();
  });

  async function connect(
    onReceived: (received: Received) => void,
    event = 'slack_event',
  ): Promise<SocketModeClient> {
    const client = new SocketModeClient({
      appToken: sandbox.env.SLACK_APP_TOKEN ?? '',
      logLevel: LogLevel.ERROR,
      logger: {
        debug() {},
        info() {},
        warn() {},
        error() {},
        setLevel() {},
        setName() {},
        getLevel: () => LogLevel.ERROR,
      },
      clientOptions: { slackApiUrl: sandbox.env.SLACK_API_URL ?? '', retryConfig: { retries: 0 } },
      clientPingTimeout: 200,
    });
    client.on(event, onReceived);
    clients.push(client);
    await client.start();
    return client;
  }

  function command(text = '') {
    return sandbox.client.command({ user: 'U0MEMBER', channel: 'C0ML', text });
  }

  it('shows a person operation_timeout when nobody acknowledges in time', async () => {
    await sandbox.client.setSlack({ ackTimeoutMs: 60 });
    await connect(() => {});

    const shown = await command();

    expect(shown).toMatchObject({
      outcome: 'operation_timeout',
      shown: '/pai failed with the error "operation_timeout"',
    });
  });

  it('shows dispatch_failed when no app is connected', async () => {
    expect(await command()).toMatchObject({ outcome: 'dispatch_failed' });
  });

  it('ignores an acknowledgement that comes too late', async () => {
    await sandbox.client.setSlack({ ackTimeoutMs: 60 });
    let late: Received | undefined;
    await connect((received) => {
      late = received;
    });
    await command();

    await late?.ack({ text: 'too late' });

    const isNoted = async () =>
      (await sandbox.client.journal({ operation: 'ack' })).map((each) => each.outcome);
    await expect.poll(isNoted).toContain('unknown_or_late');
    expect(await sandbox.client.messages()).toEqual([]);
  });

  it('sends an event again, up to three times, until somebody acknowledges', async () => {
    await sandbox.client.setSlack({ ackTimeoutMs: 150 });
    const attempts: (number | undefined)[] = [];
    await connect((received) => {
      attempts.push(received.retry_num);
      if (attempts.length === 3) void received.ack();
    });

    const said = await sandbox.client.mention({ user: 'U0MEMBER', channel: 'C0ML', text: 'why' });

    expect(said.outcome).toBe('operation_timeout');
    await expect.poll(() => attempts.slice(0, 3).map((each) => each ?? 0)).toEqual([0, 1, 2]);
  });

  it('gives each envelope to one of several connections', async () => {
    const counts = [0, 0];
    for (const index of [0, 1]) {
      await connect((received) => {
        counts[index] = (counts[index] ?? 0) + 1;
        void received.ack();
      });
    }

    for (const text of ['a', 'b', 'c', 'd']) expect(await command(text)).toMatchObject({ outcome: 'acked' });

    expect(counts).toEqual([2, 2]);
  });

  it.each(['abrupt', 'disconnect'] as const)('is found again by a client after a drop (%s)', async (mode) => {
    await connect((received) => void received.ack());

    await sandbox.client.dropSockets({ mode });

    const hellos = async () => (await sandbox.client.journal({ operation: 'hello' })).length;
    await expect.poll(hellos, { timeout: 5000 }).toBe(2);
    expect(await command()).toMatchObject({ outcome: 'acked' });
  });

  it('keeps a client out while it is down, and lets it in afterwards', async () => {
    await sandbox.client.dropSockets({ mode: 'down' });
    await expect(connect(() => {})).rejects.toThrow();

    await sandbox.client.restoreSockets();
    await connect((received) => void received.ack());

    expect(await command()).toMatchObject({ outcome: 'acked' });
  });

  it('refuses apps.connections.open as often as it is told', async () => {
    await sandbox.client.dropSockets({ mode: 'refuse', count: 1, error: 'invalid_auth' });

    await expect(connect(() => {})).rejects.toThrow();
    await connect((received) => void received.ack());

    expect(await sandbox.client.sockets()).toMatchObject({ connections: 1 });
  });

  it('takes each ticket once', async () => {
    const response = await fetch(`${sandbox.env.SLACK_API_URL}apps.connections.open`, {
      method: 'POST',
      headers: { authorization: `Bearer ${sandbox.env.SLACK_APP_TOKEN}` },
    });
    const { url } = (await response.json()) as { url: string };
    const { WebSocket } = await import('ws');
    const open = () =>
      new Promise((resolve) => {
        const socket = new WebSocket(url);
        socket.on('message', (raw) => {
          resolve(JSON.parse(raw.toString()).type);
          socket.close();
        });
        socket.on('error', () => resolve('refused'));
      });

    expect(await open()).toBe('hello');
    expect(await open()).toBe('refused');
  });
});
