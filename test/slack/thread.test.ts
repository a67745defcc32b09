import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findTargetsInMessage, type NodeId, type RunId, type Target } from '../../src/domain/target.ts';
import { carriesKey, formatMark, formatRunMetadata, readRunMetadata } from '../../src/slack/run-metadata.ts';
import { messageTargets, replyThreadOf, threadTargets, withParent } from '../../src/slack/thread.ts';

const A = 'flow-aaaaaaaaaa' as RunId;
const B = 'flow-bbbbbbbbbb' as RunId;
const C = 'flow-cccccccccc' as RunId;
const NODE = 'node-nnnnnnnnnn' as NodeId;
const run = (runId: RunId): Target => ({ kind: 'run', runId });
const marked = (runId: RunId) => ({ bot_id: 'B0BOT', metadata: formatRunMetadata(run(runId)) });
const targets = (...messages: object[]) => threadTargets(messages, 'B0BOT').map(({ runId }) => runId);

describe('the run of a thread', () => {
  it.each([
    ['our metadata on the parent, before all else', [{ ...marked(A), text: B }, marked(C)], [A]],
    ['our metadata on our newest reply', [{ text: A }, marked(B), marked(C), { text: B }], [C]],
    [
      'metadata further up where our newest reply has none',
      [{ text: A }, marked(B), { bot_id: 'B0BOT', text: 'Asking PAI…' }],
      [B],
    ],
    ['all ids of the parent', [{ text: `${A} and ${B}` }, { bot_id: 'B0BOT', text: C }], [A, B]],
    ['ids in the parent’s blocks and attachments', [{ text: '', attachments: [{ text: A }] }], [A]],
    [
      'ids in our newest reply that shows any',
      [{ text: 'help!' }, { bot_id: 'B0BOT', text: A }, { bot_id: 'B0BOT', text: B }, { text: C }],
      [B],
    ],
    [
      'the one run of a reply of ours further up, not all runs of a newer list',
      [{ text: 'help!' }, { bot_id: 'B0BOT', text: `${A} ${A}` }, { bot_id: 'B0BOT', text: `${B} ${C}` }],
      [A],
    ],
    ['nothing of a list we replied with', [{ text: 'help!' }, { bot_id: 'B0BOT', text: `${A} ${B}` }], []],
    ['nothing of a list of ours that began it', [{ bot_id: 'B0BOT', text: `${A} ${B}` }], []],
    [
      'what we replied below a list of ours',
      [
        { bot_id: 'B0BOT', text: `${A} ${B}` },
        { bot_id: 'B0BOT', text: C },
      ],
      [C],
    ],
    ['all runs of another app’s list', [{ bot_id: 'B0OTHER', text: `${A} ${B}` }], [A, B]],
    ['one run of ours with its nodes', [{ bot_id: 'B0BOT', text: `${A}/${NODE} of ${A}` }], [A, A]],
    ['nothing of what people reply', [{ text: 'help!' }, { text: A }], []],
    ['nothing where nothing could be read', [], []],
  ])('is %s', (_order, messages, expected) => {
    expect(targets(...messages)).toEqual(expected);
  });

  it('is not what another app wrote under our name', () => {
    expect(targets({ ...marked(A), bot_id: 'B0OTHER', text: B })).toEqual([B]);
    expect(targets({ metadata: marked(A).metadata, text: '' })).toEqual([]);
    expect(threadTargets([{ ...marked(A), bot_id: '' }], '')).toEqual([]);
  });
});

describe('our metadata', () => {
  const id = fc.stringMatching(/^[a-z0-9]{6,40}$/);
  const place = fc.record(
    {
      region: fc.constantFrom('cn-hangzhou', 'ap-southeast-1'),
      workspaceId: fc.stringMatching(/^\d{1,20}$/),
    },
    { requiredKeys: [] },
  );

  it('is read back as it was written', () => {
    fc.assert(
      fc.property(id, fc.option(id), place, (runPart, nodePart, where) => {
        const runId = `flow-${runPart}` as RunId;
        const target: Target =
          nodePart === null
            ? { kind: 'run', runId, ...where }
            : { kind: 'node', runId, nodeId: `node-${nodePart}` as NodeId, ...where };

        expect(readRunMetadata(formatRunMetadata(target))).toEqual(target);
      }),
    );
  });

  it('with the key of a delivery is read back too, and carries that key alone', () => {
    const about: Target = {
      kind: 'node',
      runId: A,
      nodeId: NODE,
      region: 'cn-hangzhou',
      workspaceId: '94801',
    };
    const metadata = formatMark({ key: 'T0TEAM|C0ML|1|failed', about });

    expect(readRunMetadata(metadata)).toEqual(about);
    expect(carriesKey(metadata, 'T0TEAM|C0ML|1|failed')).toBe(true);
    expect(carriesKey(metadata, 'T0TEAM|C0ML|1|succeeded')).toBe(false);
    expect(JSON.stringify(metadata)).not.toContain('T0TEAM');
  });

  it('with a key and without a run names none', () => {
    const metadata = formatMark({ key: 'a' });

    expect(readRunMetadata(metadata)).toBeUndefined();
    expect(carriesKey(metadata, 'a')).toBe(true);
  });

  it('stays small whatever it carries', () => {
    const longest = 'a'.repeat(40);
    const metadata = formatMark({
      key: 'k'.repeat(5000),
      about: {
        kind: 'node',
        runId: `flow-${longest}` as RunId,
        nodeId: `node-${longest}` as NodeId,
        region: 'cn-north-2-gov-1',
        workspaceId: '9'.repeat(20),
      },
    });

    expect(JSON.stringify(metadata).length).toBeLessThan(1000);
  });

  it.each([
    ['another event', { event_type: 'deploy', event_payload: { run_id: A } }],
    ['no payload', { event_type: 'flowbell_run' }],
    ['no run', { event_type: 'flowbell_run', event_payload: { region: 'cn-hangzhou' } }],
    ['an id that is none', { event_type: 'flowbell_run', event_payload: { run_id: 'flow-../../x' } }],
    ['a node that is none', { event_type: 'flowbell_run', event_payload: { run_id: A, node_id: 'x' } }],
    [
      'a region that is none',
      { event_type: 'flowbell_run', event_payload: { run_id: A, region: 'evil.com' } },
    ],
    [
      'a PAI workspace that is none',
      { event_type: 'flowbell_run', event_payload: { run_id: A, workspace_id: '1/../2' } },
    ],
    ['a number', 7],
    ['null', null],
  ])('is not read from %s', (_what, metadata) => {
    expect(readRunMetadata(metadata)).toBeUndefined();
  });

  it('is never a reason to throw', () => {
    fc.assert(
      fc.property(fc.anything(), (anything) => {
        readRunMetadata(anything);
        carriesKey(anything, 'a');
        carriesKey({ event_type: 'flowbell_run', event_payload: anything }, 'a');
        readRunMetadata({ event_type: 'flowbell_run', event_payload: anything });
        threadTargets([{ text: anything, metadata: anything, bot_id: anything }], 'B0BOT');
      }),
    );
  });
});

describe('the runs that somebody points at', () => {
  it('are those of the message and of our metadata on it', () => {
    expect(messageTargets({ ...marked(A), text: `${B} ${A}` }, 'B0BOT').targets).toEqual([run(B), run(A)]);
  });

  it('are those of the thread’s parent too, each once and where anybody says it lives', () => {
    const reply = findTargetsInMessage({ text: `${B} ${A}` });
    const found = withParent(reply, [{ ...run(A), region: 'cn-shanghai' }, run(C)]);

    expect(found.targets).toEqual([run(B), { ...run(A), region: 'cn-shanghai' }, run(C)]);
  });

  it('let the parent say whose a node is, if only one run is named', () => {
    const reply = findTargetsInMessage({ text: `${NODE} again?` });

    expect(withParent(reply, [run(A)])).toEqual({
      targets: [{ kind: 'node', runId: A, nodeId: NODE }, run(A)],
      names: [],
      problems: [],
    });
    expect(withParent(reply, [run(A), run(B)]).problems).toEqual([
      { kind: 'node-without-run', nodeId: NODE },
    ]);
  });
});

describe('the thread that a message was written into', () => {
  it.each([
    [{ ts: '2.0', thread_ts: '1.0' }, '1.0'],
    [{ ts: '1.0', thread_ts: '1.0' }, undefined],
    [{ ts: '1.0' }, undefined],
    [{ ts: '1.0', thread_ts: 1 }, undefined],
  ])('of %j is %s', (message, thread) => {
    expect(replyThreadOf(message)).toBe(thread);
  });
});
