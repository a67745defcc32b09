import { get } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { FIXTURE_MANIFEST } from './manifest.fixture.ts';

describe('the control interface', () => {
  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await startSandbox({ manifest: FIXTURE_MANIFEST });
  });
  afterAll(() => sandbox.stop());

  async function send(deed: string, init: RequestInit): Promise<[number, string]> {
    const response = await fetch(`${sandbox.controlUrl}/${deed}`, init);
    return [response.status, await response.text()];
  }

  function post(deed: string, body: unknown): Promise<[number, string]> {
    return send(deed, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  it.each([
    ['an unknown kind', 'addPaiflowFault', { kind: 'flood' }, 'kind'],
    ['a delay that is no number', 'addSlackFault', { kind: 'slow', delayMs: 'long' }, 'delayMs'],
    ['a member nobody knows', 'addSlackFault', { kind: 'hang', forever: true }, 'forever'],
    ['a setting out of range', 'setSlack', { ackTimeoutMs: 0 }, 'ackTimeoutMs'],
    ['a filter of a wrong service', 'journal', { service: 'mail' }, 'service'],
    [
      'a run that does not exist',
      'setRun',
      { run: 'flow-none', status: 'Failed' },
      'there is no run flow-none',
    ],
    ['a click on nothing', 'click', { user: 'U0OWNER', messageId: 'M1' }, 'actionId or label'],
    ['a body that is no JSON', 'setRun', 'x', 'setRun'],
  ])('answers 400 to %s and names it', async (_what, deed, body, named) => {
    const [status, text] = await post(deed, body);

    expect(status).toBe(400);
    expect(text).toContain(named);
  });

  it('lists its deeds to who asks for an unknown one', async () => {
    const [status, text] = await post('dance', {});

    expect(status).toBe(404);
    expect(text).toContain('addPaiflowFault');
  });

  it('takes no order that a web page of another origin could send', async () => {
    const plain = { method: 'POST', body: '{"kind":"hang"}', headers: { 'content-type': 'text/plain' } };

    expect((await send('addSlackFault', plain))[0]).toBe(415);
    expect((await send('addSlackFault?kind=hang', {}))[0]).toBe(405);
    expect(await statusWithHost('rebound.example')).toBe(403);
    expect(await sandbox.client.faults()).toEqual({ slack: [], paiflow: [] });
  });

  /** Asks for the state under another host name; fetch would not send one. */
  function statusWithHost(host: string): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      get(`${sandbox.controlUrl}/state`, { headers: { host } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).on('error', reject);
    });
  }

  it('shows reads to a plain GET', async () => {
    const [status, text] = await send('runs?name=geo-sync', {});

    expect(status).toBe(200);
    expect(JSON.parse(text).runs).toHaveLength(2);
  });

  it('keeps secrets out of its journal and its state', async () => {
    await fetch(`${sandbox.env.SLACK_API_URL}auth.test`, {
      method: 'POST',
      headers: { authorization: `Bearer ${sandbox.env.SLACK_BOT_TOKEN}` },
    });

    const shown = JSON.stringify([await sandbox.client.journal(), await sandbox.client.state()]);
    expect(shown).toContain('auth.test');
    for (const name of ['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'ALIBABA_CLOUD_ACCESS_KEY_SECRET']) {
      expect(shown).not.toContain(sandbox.env[name]);
    }
  });

  it('lets a caller wait for a message, and says what was there when none came', async () => {
    const later = sandbox.client.waitForMessage((message) => message.text === 'at last');
    await sandbox.client.say({ user: 'U0MEMBER', channel: 'C0ML', text: 'at last' });

    await expect(later).resolves.toMatchObject({ via: 'person' });
    const never = sandbox.client.waitForMessage(() => false, { timeoutMs: 20 });
    await expect(never).rejects.toThrow(/no such message within 20 ms; there were: .*at last/);
  });

  it('stops even while calls hang', async () => {
    const other = await startSandbox({ manifest: FIXTURE_MANIFEST });
    await other.client.addSlackFault({ kind: 'hang' });
    const hanging = fetch(`${other.env.SLACK_API_URL}auth.test`, { method: 'POST' });
    await expect.poll(() => other.client.journal()).toHaveLength(1);

    await other.stop();

    await expect(hanging).rejects.toThrow();
  });

  it('does not share anything with another sandbox', async () => {
    const other = await startSandbox({ manifest: FIXTURE_MANIFEST });
    await sandbox.client.createRuns({ runs: [{ name: 'only-here' }] });

    expect(await other.client.runs({ name: 'only-here' })).toEqual([]);
    expect(other.env.SLACK_BOT_TOKEN).not.toBe(sandbox.env.SLACK_BOT_TOKEN);
    await other.stop();
    await other.stop();
  });
});
