import { describe, expect, it } from 'vitest';
import { nodeMeant } from '../../src/commands/run-nodes.ts';
import { aNode } from '../helpers/runs.ts';

const at = (hour: number) => ({ startedAt: new Date(Date.UTC(2026, 10, 23, hour)) });

describe('the node meant where none is named', () => {
  const read = aNode('read', 'Succeeded', at(3));
  const join = aNode('join', 'Running', at(3));
  const late = aNode('late', 'Succeeded', at(4));

  it.each([
    ['the one that failed', [read, join, aNode('check', 'Failed', at(2))], 'check'],
    ['one at work, though another began in the same second', [read, join], 'join'],
    ['one at work, though another began and ended after it', [late, join], 'join'],
    ['the latest of several at work', [aNode('old', 'Running', at(1)), join], 'join'],
    ['the latest to start where none is at work', [read, late, aNode('next', 'Init', {})], 'late'],
  ])('is %s', (_, nodes, name) => {
    expect(nodeMeant(nodes)?.name).toBe(name);
  });

  it('is none where nothing has begun', () => {
    expect(nodeMeant([aNode('read', 'Init', {})])).toBeUndefined();
  });
});
