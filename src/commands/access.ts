import { findWorkspace, type PaiPlace, type Workspace } from '../domain/workspace.ts';
import type { Actor } from './request.ts';

/** The only wall between Slack and everything the PAI key can see; asked by every door at the time of the deed. */
export interface Access {
  /** May this person ask anything at all? */
  mayAsk(actor: Actor): boolean;
  /** May this person, in this channel, be told of runs of this PAI workspace? Unknown workspaces count as forbidden. */
  mayRead(actor: Actor, channelId: string, place: PaiPlace): boolean;
  /** True where `mayRead` depends on the PAI workspace of a run there, so it has to be learnt first. */
  needsWorkspace(region: string): boolean;
}

/**
 * The default rights: full members of the Slack workspace may ask about the PAI workspaces in the settings, or about
 * all that the PAI key sees in a region where the settings name none; guests and people of other companies ask nothing.
 * The channel is part of the question from the first day on, though this default reads nothing from it.
 */
export function createAccess({ workspaces }: { readonly workspaces: readonly Workspace[] }): Access {
  const mayAsk = (actor: Actor): boolean => actor.standing === 'member';
  return {
    needsWorkspace: (region) => findWorkspace(workspaces, { region }) === undefined,
    mayAsk,
    mayRead: (actor, _channelId, place) => mayAsk(actor) && findWorkspace(workspaces, place) !== undefined,
  };
}
