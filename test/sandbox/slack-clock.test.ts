import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { FIXTURE_MANIFEST } from './manifest.fixture.ts';
import { callSlack, connectApp, type Payload } from './tiny-app.ts';

/** 2026-01-05T08:00:00Z, in seconds. */
const START_S = 1_767_600_000;

describe('the clock of the loopback Slack', () => {
  let sandbox: Sandbox;
  let nowMs = START_S * 1000;
  const payloads: Payload[] = [];

  beforeAll(async () => {
    sandbox = await startSandbox({ manifest: FIXTURE_MANIFEST, slackNow: () => nowMs });
    await connectApp(sandbox, (payload) => payloads.push(payload));
  });
  afterAll(() => sandbox.stop());

  const post = (text: string) => callSlack(sandbox, 'chat.postMessage', { channel: 'C0ML', text });

  it('dates messages, edits and events', async () => {
    nowMs += 60_000;
    const { ts = '' } = await post('card');
    nowMs += 60_000;
    await callSlack(sandbox, 'chat.update', { channel: 'C0ML', ts, text: 'card 2' });
    await sandbox.client.mention({ user: 'U0MEMBER', channel: 'C0ML', text: 'when?' });

    const [card] = await sandbox.client.messages({ channel: 'C0ML' });
    expect(ts.split('.')[0]).toBe(String(START_S + 60));
    expect(card).toMatchObject({ createdAt: (START_S + 60) * 1000, editedAt: nowMs });
    expect(card?.history[0]?.until).toBe(nowMs);
    expect(payloads.at(-1)).toMatchObject({ event_time: START_S + 120 });
  });

  it('gives every message a ts of its own while time stands still or is no whole number', async () => {
    nowMs += 0.25;
    const first = await post('a');
    const second = await post('b');

    expect(first.ts).toMatch(/^\d{10}\.\d{6}$/);
    expect(Number(second.ts)).toBeGreaterThan(Number(first.ts));
  });

  it('dates the journal of both services', async () => {
    nowMs += 60_000;
    await sandbox.client.clearJournal();
    await post('noted');
    await fetch(`${sandbox.paiflowUrl}/cn-hangzhou/api/v1/pipelineruns`);

    const entries = await sandbox.client.journal();
    expect(entries.map((each) => [each.service, each.at])).toEqual([
      ['slack', nowMs],
      ['paiflow', nowMs],
    ]);
  });

  it('counts rates, so that a minute need not pass', async () => {
    nowMs += 60_000;
    await sandbox.client.setSlack({ strictRates: true });
    const outcomes = async () => [(await post('1')).error, (await post('2')).error, (await post('3')).error];
    const before = await outcomes();
    nowMs += 2000;
    const after = await outcomes();

    await sandbox.client.setSlack({ strictRates: false });
    expect([before, after]).toEqual([
      [undefined, undefined, 'ratelimited'],
      [undefined, undefined, 'ratelimited'],
    ]);
  });

  it('ends a response_url after 30 minutes and a trigger after 3 seconds', async () => {
    const view = { type: 'modal', title: { type: 'plain_text', text: 'T' }, blocks: [{ type: 'divider' }] };
    await sandbox.client.command({ user: 'U0MEMBER', channel: 'C0ML', text: 'x' });
    const { response_url, trigger_id } = payloads.at(-1) ?? { response_url: '', trigger_id: '' };
    const answer = async () =>
      (await fetch(response_url, { method: 'POST', body: '{"text":"late"}' })).status;
    const first = await answer();

    nowMs += 3001;
    const opened = await callSlack(sandbox, 'views.open', { trigger_id, view });
    nowMs += 30 * 60_000;
    const last = await answer();

    expect([first, opened.error, last]).toEqual([200, 'expired_trigger_id', 404]);
  });
});
