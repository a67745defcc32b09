import { describe, expect, it } from 'vitest';
import { findWorkspace, labelOf, regionsOf, type Workspace } from '../../src/domain/workspace.ts';

const PROD: Workspace = { name: 'prod', region: 'cn-hangzhou', workspaceId: '94801' };
const DEV: Workspace = { name: 'dev', region: 'cn-hangzhou', workspaceId: '94802' };
const SG: Workspace = { region: 'ap-southeast-1' };

describe('regionsOf', () => {
  it('gives each region once, in the order of the settings', () => {
    expect(regionsOf([SG, PROD, DEV])).toEqual(['ap-southeast-1', 'cn-hangzhou']);
  });
});

describe('findWorkspace', () => {
  it.each([
    ['the one with the id', { region: 'cn-hangzhou', workspaceId: '94802' }, DEV],
    ['none for an id of nobody', { region: 'cn-hangzhou', workspaceId: '777' }, undefined],
    ['none for an id of another region', { region: 'ap-northeast-1', workspaceId: '94801' }, undefined],
    ['none for an unknown id where ids are needed', { region: 'cn-hangzhou' }, undefined],
    ['the whole region for any id', { region: 'ap-southeast-1', workspaceId: '777' }, SG],
    ['the whole region for an unknown id', { region: 'ap-southeast-1', workspaceId: undefined }, SG],
  ])('gives %s', (_reason, place, expected) => {
    expect(findWorkspace([PROD, DEV, SG], place)).toBe(expected);
  });

  it('prefers the id to the region that holds it too', () => {
    expect(findWorkspace([SG, { ...SG, workspaceId: '1' }], { ...SG, workspaceId: '1' })?.workspaceId).toBe(
      '1',
    );
  });
});

describe('labelOf', () => {
  it.each([
    [PROD, 'prod'],
    [{ region: 'cn-hangzhou', workspaceId: '94801' }, '94801'],
    [SG, 'ap-southeast-1'],
  ])('calls %o %s', (workspace, label) => {
    expect(labelOf(workspace)).toBe(label);
  });
});
