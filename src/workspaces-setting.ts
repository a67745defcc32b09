import { isRegion } from './domain/region.ts';
import type { Workspace } from './domain/workspace.ts';

/** Decimal digits as the PAI console's addresses show them; a leading zero would match no run. */
export const WORKSPACE_ID = /^[1-9]\d{0,18}$/;

const NAME = /^[a-z][a-z0-9_-]{0,29}$/i;
/** What an input method makes of `,` `:` `=` and digits (Unicode, Halfwidth and Fullwidth Forms; CJK Symbols). */
const FULL_WIDTH = /[\uff01-\uff5e、。]/;
const EXAMPLE = 'prod=cn-hangzhou:94801,sg=ap-southeast-1:30211';

type Part =
  | { readonly kind: 'workspace'; readonly workspace: Required<Workspace> }
  | { readonly kind: 'wrong'; readonly advice: string };

export type WorkspacesSetting =
  | { readonly kind: 'workspaces'; readonly workspaces: readonly Workspace[] }
  | { readonly kind: 'wrong'; readonly advice: string };

/**
 * Reads PAIFLOW_WORKSPACES, `prod=cn-hangzhou:94801,sg=ap-southeast-1:30211`. The advice names everything that is wrong
 * by the number of its part, because the value itself is never repeated.
 */
export function parseWorkspaces(text: string): WorkspacesSetting {
  const parts = text.split(',').map(readPart);
  const advice = [...parts.map(adviceOf), ...repeated(parts)].filter((each) => each !== undefined);
  if (advice.length > 0) {
    return {
      kind: 'wrong',
      advice: `must be short names, regions and ids like ${EXAMPLE}: ${advice.join('; ')}.`,
    };
  }
  return {
    kind: 'workspaces',
    workspaces: parts.flatMap((part) => (part.kind === 'workspace' ? [part.workspace] : [])),
  };
}

function readPart(text: string): Part {
  if (FULL_WIDTH.test(text)) return wrong('has full-width characters, type , : = and digits in half width');
  if (text.trim() === '') return wrong('is empty, take out the spare comma');
  const [name = '', region = '', workspaceId = '', ...rest] = text.split(/[=:]/).map((each) => each.trim());
  const separators = text.replace(/[^=:]/g, '');
  if (separators !== '=:' || rest.length > 0) return wrong('is not NAME=REGION:ID');
  if (!NAME.test(name)) {
    return wrong('has a name that is not a letter and then at most 29 letters, digits, - or _');
  }
  if (isRegion(name.toLowerCase())) return wrong('has a name that reads like a region, choose another');
  if (!isRegion(region.toLowerCase())) return wrong('has no region id after the =');
  if (!WORKSPACE_ID.test(workspaceId)) {
    return wrong(
      'has no PAI workspace id after the colon; it stands in the PAI console address as workspaceId=',
    );
  }
  return { kind: 'workspace', workspace: { name, region: region.toLowerCase(), workspaceId } };
}

function wrong(advice: string): Part {
  return { kind: 'wrong', advice };
}

function adviceOf(part: Part, index: number): string | undefined {
  return part.kind === 'wrong' ? `part ${index + 1} ${part.advice}` : undefined;
}

/** A name twice would be a filter that means two things, a PAI workspace twice one with two names. */
function repeated(parts: readonly Part[]): string[] {
  const advice: string[] = [];
  const firstBy = new Map<string, number>();
  for (const [index, part] of parts.entries()) {
    if (part.kind === 'wrong') continue;
    const { name, region, workspaceId } = part.workspace;
    const keys = { 'the name': name.toLowerCase(), 'the PAI workspace': `${region}:${workspaceId}` };
    for (const [what, key] of Object.entries(keys)) {
      const first = firstBy.get(key);
      if (first === undefined) firstBy.set(key, index);
      else advice.push(`part ${index + 1} has ${what} of part ${first + 1}`);
    }
  }
  return advice;
}
