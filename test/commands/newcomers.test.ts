import { describe, expect, it } from 'vitest';
import { Newcomers } from '../../src/commands/newcomers.ts';
import { fakeDocuments } from '../helpers/documents.ts';
import { storeError } from '../helpers/watch-store.ts';

const now = () => new Date('2026-11-23T03:00:00Z');

describe('a newcomer', () => {
  it('is met once, also after a restart', async () => {
    const documents = fakeDocuments();
    const process = () => new Newcomers({ documents, team: 'T0TEAM', now });
    const first = process();

    expect([await first.meet('U1'), await first.meet('U1')]).toEqual([true, false]);
    expect(await process().meet('U1')).toBe(false);
    expect(await process().meet('U2')).toBe(true);
  });

  it('of another Slack workspace is somebody else', async () => {
    const documents = fakeDocuments();
    await new Newcomers({ documents, team: 'T0TEAM', now }).meet('U1');

    expect(await new Newcomers({ documents, team: 'T0OTHER', now }).meet('U1')).toBe(true);
  });

  it('is met once a process where the store takes nothing, and no answer fails for it', async () => {
    const newcomers = new Newcomers({ documents: fakeDocuments(storeError), team: 'T0TEAM', now });

    expect([await newcomers.meet('U1'), await newcomers.meet('U1')]).toEqual([true, false]);
  });

  it('keeps what else is known of the person', async () => {
    const documents = fakeDocuments();
    await documents.putDocument('person', 'T0TEAM', { id: 'U1', version: 0, body: { locale: 'zh' } });

    expect(await new Newcomers({ documents, team: 'T0TEAM', now }).meet('U1')).toBe(true);
    expect((await documents.getDocument('person', 'T0TEAM', 'U1'))?.body).toEqual({
      locale: 'zh',
      greetedAt: '2026-11-23T03:00:00.000Z',
    });
  });

  it('does not hide a fault of our own', async () => {
    const documents = fakeDocuments(() => new TypeError('a bug'));

    await expect(new Newcomers({ documents, team: 'T0TEAM', now }).meet('U1')).rejects.toThrow('a bug');
  });
});
