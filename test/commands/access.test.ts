import { describe, expect, it } from 'vitest';
import { createAccess } from '../../src/commands/access.ts';
import { MEMBER } from '../helpers/ports.ts';

const access = createAccess({
  workspaces: [
    { name: 'prod', region: 'cn-hangzhou', workspaceId: '94801' },
    { name: 'dev', region: 'cn-hangzhou', workspaceId: '94802' },
    { region: 'ap-southeast-1' },
  ],
});

describe('mayRead', () => {
  it.each([
    ['cn-hangzhou', '94801', true],
    ['cn-hangzhou', '94802', true],
    ['cn-hangzhou', '777', false],
    ['cn-hangzhou', undefined, false],
    ['ap-southeast-1', '94801', true],
    ['ap-southeast-1', undefined, true],
    ['eu-central-1', '94801', false],
  ])('of a member for %s %s is %s', (region, workspaceId, may) => {
    expect(access.mayRead(MEMBER, 'C0ML', { region, workspaceId })).toBe(may);
  });

  it.each(['guest', 'outsider', 'unknown'] as const)('is false for a %s wherever', (standing) => {
    const actor = { ...MEMBER, standing };

    expect(access.mayAsk(actor)).toBe(false);
    expect(access.mayRead(actor, 'C0ML', { region: 'cn-hangzhou', workspaceId: '94801' })).toBe(false);
    expect(access.mayRead(actor, 'C0ML', { region: 'ap-southeast-1' })).toBe(false);
  });
});

describe('needsWorkspace', () => {
  it('is true where every PAI workspace of the region has an id', () => {
    expect(access.needsWorkspace('cn-hangzhou')).toBe(true);
    expect(access.needsWorkspace('ap-southeast-1')).toBe(false);
  });
});
