import { type NodeTally, type Run, type RunNode, tallyNodes } from '../domain/run.ts';
import { type Found, formatTarget, type NodeId, type RunId, type Target } from '../domain/target.ts';
import type { PaiTrouble } from '../messages/catalog.ts';
import { renderNotice } from '../messages/notices.ts';
import { renderNodeCard, renderRunCard } from '../messages/run-card.ts';
import { type ListEntry, type RunList, renderRunList } from '../messages/run-list.ts';
import type { LongQuestions } from './long-questions.ts';
import { asPaiFailure, type Look, type LookUpPorts, lookUp, type PaiFailure } from './look-up.ts';
import { formatStatus } from './parse.ts';
import type { Answer, Request } from './request.ts';

/** How long PAI may take over one question; Slack shows the trouble well within 10 s. */
const ASK_TIMEOUT_MS = 8000;
/** Times, nodes and workspace are worth this much waiting; without them an answer leaves them out. */
const DETAILS_TIMEOUT_MS = 3000;
/** Also where asking took all the time because one region was silent: the others' runs still deserve their facts. */
const LEAST_DETAILS_MS = 1500;
/** Questions about more targets than this get no details: they cost two calls a run. */
const DETAILED_TARGETS = 8;
/** All levels of nested Dags and loops. */
const ALL_LEVELS = 99;

export interface StatusPorts extends LookUpPorts {
  readonly runs: LookUpPorts['runs'] & {
    listPipelineRunNodeStatus(
      about: { region: string; runId: RunId; nodeId: NodeId; depth: number },
      options: { signal: AbortSignal },
    ): Promise<readonly RunNode[]>;
  };
  readonly longQuestions: LongQuestions;
  readonly now: () => Date;
  /** Tells the admins' log of a call that PAI did not answer. */
  readonly report: (failure: PaiFailure) => void;
}

/** `/pai status RUN …`: one target gets its card, several a list with the worst first. */
export async function status(typed: Found, request: Request, ports: StatusPorts): Promise<Answer> {
  const { actor, channelId, commandName } = request;
  const found = { ...typed, names: askedNames(typed) };
  const { targets, names, problems } = found;
  const nodes = problems.map(({ nodeId }) => nodeId);
  if (targets.length === 0) {
    const notice = { kind: 'no-target', command: commandName, nodes, names } as const;
    return { kind: 'problem', message: renderNotice(notice, actor.locale) };
  }
  const startedAt = performance.now();
  const looks = await lookUp(targets, { actor, channelId, timeoutMs: ASK_TIMEOUT_MS }, ports);
  reportFailures(looks, ports.report);
  const leftMs = Math.max(LEAST_DETAILS_MS, Math.round(ASK_TIMEOUT_MS - (performance.now() - startedAt)));
  const detailed = await withDetails(looks, AbortSignal.timeout(Math.min(DETAILS_TIMEOUT_MS, leftMs)), ports);

  const parts = [...targets.map(formatTarget), ...nodes, ...names.map(quoted)];
  const again = `${commandName} ${ports.longQuestions.shorten(formatStatus(parts))}`;
  const [only] = detailed;
  if (only !== undefined && detailed.length === 1 && names.length + problems.length === 0) {
    const card = cardFor(only, again, request);
    if (card !== undefined) return card;
  }
  const trouble = names.length + problems.length === 0 ? commonTrouble(detailed) : undefined;
  if (trouble !== undefined) return { kind: 'problem', message: troubleNotice(trouble, again, request) };
  const list = listOf(detailed, found);
  // What was learnt on the way makes the next answer better than this one, so it may take its place.
  const kind = list.entries.length + list.unchecked.length === 0 ? 'problem' : 'shown';
  return { kind, message: renderRunList(list, again, actor.locale) };
}

/** One failed call fails many ids; the log wants it once. An id that PAI refuses is the asker's matter alone. */
function reportFailures(looks: readonly Look[], report: StatusPorts['report']): void {
  const failures = looks.flatMap((look) =>
    look.kind === 'failed' && look.error.kind !== 'refused' ? [look.error] : [],
  );
  for (const failure of new Map(failures.map((each) => [`${each.kind} ${each.region}`, each])).values())
    report(failure);
}

/** A look with what GetPipelineRun and ListPipelineRunNodeStatus add to it. */
type DetailedLook = Look & { readonly nodes?: NodeTally; readonly readAt?: Date };

async function withDetails(
  looks: readonly Look[],
  signal: AbortSignal,
  ports: StatusPorts,
): Promise<DetailedLook[]> {
  if (looks.length > DETAILED_TARGETS) return [...looks];
  return Promise.all(
    looks.map(async (look): Promise<DetailedLook> => {
      if (look.kind !== 'run' && look.kind !== 'node') return look;
      const { region, runId, rootNodeId } = look.run;
      const readAt = ports.now();
      const wantsNodes = look.kind === 'run' && rootNodeId !== undefined;
      const [run, nodes] = await Promise.all([
        look.details ?? optional(ports.runs.getPipelineRun({ region, runId }, { signal })),
        wantsNodes
          ? optional(
              ports.runs.listPipelineRunNodeStatus(
                { region, runId, nodeId: rootNodeId, depth: ALL_LEVELS },
                { signal },
              ),
            )
          : undefined,
      ]);
      if (run !== undefined) ports.places.learn(run);
      const tally = nodes && tallyNodes(nodes, rootNodeId);
      return { ...look, run: merged(look.run, run), ...(tally && { nodes: tally }), ...(run && { readAt }) };
    }),
  );
}

/** A detail PAI did not give in time is left out of the answer; anything but PAI's own trouble is a bug of ours. */
async function optional<T>(detail: Promise<T>): Promise<T | undefined> {
  try {
    return await detail;
  } catch (error) {
    if (asPaiFailure(error) === undefined) throw error;
    return undefined;
  }
}

/** What GetPipelineRun says later wins; what it left out stays as the batch row said it. */
function merged(row: Run, details: Run | undefined): Run {
  if (details === undefined) return row;
  const told = Object.entries(details).filter(([, value]) => value !== undefined);
  return { ...row, ...Object.fromEntries(told), isDeleted: row.isDeleted || details.isDeleted };
}

function cardFor(look: DetailedLook, again: string, { actor, commandName }: Request): Answer | undefined {
  const say = (verb: string): string => `${commandName} ${verb} ${formatTarget(look.target)}`;
  if (look.kind === 'run') {
    const facts = {
      run: look.run,
      readAt: look.readAt ?? look.askedAt,
      ...(look.nodes && { nodes: look.nodes }),
    };
    const commands = { again, logs: say('logs'), outputs: say('outputs'), why: say('why') };
    return { kind: 'shown', message: renderRunCard(facts, commands, actor.locale) };
  }
  if (look.kind === 'node') {
    const facts = { run: look.run, node: look.node, readAt: look.askedAt };
    return { kind: 'shown', message: renderNodeCard(facts, { again, logs: say('logs') }, actor.locale) };
  }
  return undefined;
}

/** The one trouble that kept every single target from being answered; a mix is told line by line in the list. */
function commonTrouble(looks: readonly Look[]): PaiFailure | undefined {
  const [first, ...others] = looks.map((look) => (look.kind === 'failed' ? look.error : undefined));
  if (first === undefined || first.kind === 'refused') return undefined;
  const same = others.every((error) => error?.kind === first.kind && error.region === first.region);
  return same ? first : undefined;
}

function troubleNotice(failure: PaiFailure, again: string, { actor }: Request): Answer['message'] {
  const { code, requestId } = failure;
  return renderNotice(
    {
      kind: 'pai-trouble',
      trouble: troubleOf(failure),
      again,
      ...(code !== undefined && { code }),
      ...(requestId !== undefined && { requestId }),
    },
    actor.locale,
  );
}

/**
 * Our own deadline ends a call as `aborted`; for the person who waited that is PAI's silence. About states, an answer
 * too large to be read is none that PAI would give.
 */
function troubleOf({ kind, region }: PaiFailure): PaiTrouble {
  const said = kind === 'aborted' ? 'timeout' : kind === 'too-large' ? 'junk' : kind;
  return { kind: said, region, waitedMs: ASK_TIMEOUT_MS };
}

function listOf(looks: readonly DetailedLook[], { targets, names, problems }: Found): RunList {
  const entries: ListEntry[] = [];
  const missing: { id: string; regions: readonly string[] }[] = [];
  const refused: string[] = [];
  const unchecked: string[] = [];
  const notAnswered: { id: string; trouble: PaiTrouble }[] = [];
  const regionNotSetUp: { id: string; region: string }[] = [];
  for (const look of looks) {
    const id = bareId(look.target);
    const nodes = look.nodes && { nodes: look.nodes };
    if (look.kind === 'run')
      entries.push({ kind: 'run', facts: { run: look.run, readAt: look.askedAt, ...nodes } });
    else if (look.kind === 'node') entries.push({ kind: 'node', facts: { ...look, readAt: look.askedAt } });
    else if (look.kind === 'missing') missing.push({ id, regions: look.regions });
    else if (look.kind === 'unchecked') unchecked.push(id);
    else if (look.kind === 'region-not-set-up') regionNotSetUp.push({ id, region: look.region });
    else if (look.error.kind === 'refused') refused.push(id);
    else notAnswered.push({ id, trouble: troubleOf(look.error) });
  }
  return {
    asked: targets.length + names.length + problems.length,
    ...(targets.length > DETAILED_TARGETS && { mostWithDetails: DETAILED_TARGETS }),
    entries,
    missing,
    refused,
    unchecked,
    notAnswered,
    regionNotSetUp,
    nodesWithoutRun: problems.map(({ nodeId }) => nodeId),
    namesNotFound: names,
  };
}

function bareId(target: Target): string {
  return target.kind === 'run' ? target.runId : `${target.runId}/${target.nodeId}`;
}

/**
 * Which of the other words are a question too. Without an id all of them are; beside ids only where nothing but names
 * stands there: the words of a pasted sentence are none, even those like `re-run` or `cn-hangzhou`.
 */
function askedNames({ targets, names }: Found): readonly string[] {
  return targets.length === 0 || names.every(looksLikeAName) ? names : [];
}

function looksLikeAName(word: string): boolean {
  return /^[\w.-]+$/.test(word) && /[a-z]/i.test(word) && /[-_\d]/.test(word);
}

function quoted(name: string): string {
  return `"${name}"`;
}
