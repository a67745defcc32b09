/** A PAI workspace of the settings; without `workspaceId` it is all of a region that the key sees. */
export interface Workspace {
  readonly region: string;
  /** Decimal digits. */
  readonly workspaceId?: string;
  /** Short name from PAIFLOW_WORKSPACES. */
  readonly name?: string;
}

/** Where a run lives. The PAI workspace is absent where nobody has learnt it yet. */
export interface PaiPlace {
  readonly region: string;
  readonly workspaceId?: string | undefined;
}

/** The regions of the settings, each once, in their order. */
export function regionsOf(workspaces: readonly Workspace[]): readonly string[] {
  return [...new Set(workspaces.map(({ region }) => region))];
}

/**
 * The PAI workspace of the settings that holds a place, if one does. A place whose PAI workspace nobody has learnt is
 * held only where the settings take in the whole region.
 */
export function findWorkspace(
  workspaces: readonly Workspace[],
  { region, workspaceId }: PaiPlace,
): Workspace | undefined {
  const here = workspaces.filter((each) => each.region === region);
  const named = here.find((each) => each.workspaceId !== undefined && each.workspaceId === workspaceId);
  return named ?? here.find((each) => each.workspaceId === undefined);
}

/** What people call a PAI workspace: its short name, else its id, else the region it takes in. */
export function labelOf({ name, workspaceId, region }: Workspace): string {
  return name ?? workspaceId ?? region;
}
