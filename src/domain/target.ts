import { collectTexts } from './message-text.ts';
import { REGION } from './region.ts';
import { NOT_IN_ADDRESS, splitWords, TAKEN_OUT, unescapeSlack, untangle } from './untangle.ts';

/** `flow-` and lower-case letters or digits; the number of characters is not documented. */
export type RunId = string & { readonly __brand: 'RunId' };
/** `node-` and lower-case letters or digits. */
export type NodeId = string & { readonly __brand: 'NodeId' };

/** A run somebody named. Region and PAI workspace are known where a link or a path gave them. */
export interface RunTarget {
  readonly kind: 'run';
  readonly runId: RunId;
  readonly region?: string;
  /** Decimal digits. */
  readonly workspaceId?: string;
}

/** A node of a run somebody named. */
export interface NodeTarget {
  readonly kind: 'node';
  readonly runId: RunId;
  readonly nodeId: NodeId;
  readonly region?: string;
  /** Decimal digits. */
  readonly workspaceId?: string;
}

export type Target = RunTarget | NodeTarget;

/** A node nobody can look up, because PAI asks for nodes by their run. */
export interface TargetProblem {
  readonly kind: 'node-without-run';
  readonly nodeId: NodeId;
}

export interface Found {
  /** In the order of first mention, each once. */
  readonly targets: readonly Target[];
  /** The words left over once ids, links and mentions are taken out: perhaps the names of runs or nodes. */
  readonly names: readonly string[];
  readonly problems: readonly TargetProblem[];
}

type Place = Pick<RunTarget, 'region' | 'workspaceId'>;

type Mention =
  | { readonly kind: 'run'; readonly runId: RunId; readonly place: Place }
  /** `joined` where the text itself ties the node to the run before it, as `flow-…/node-…` does. */
  | { readonly kind: 'node'; readonly nodeId: NodeId; readonly joined: boolean };

interface Scan {
  readonly mentions: Mention[];
  /** The text without what was understood, in pieces; TAKEN_OUT stands where something was. */
  readonly leftover: string[];
}

/**
 * Seen lengths are 11 to 18 (PAIFlow 2021-02-02, samples of GetPipelineRun and of the Feature Store SDK) and none is
 * documented; the bounds keep `flow-job` and hashes out.
 */
const ID_LENGTH = { min: 6, max: 40 } as const;

const WORKSPACE = '\\d{1,20}';
const ID = '(flow|node)([-—])([a-z0-9]+)';
const IN_ADDRESS = `[^${NOT_IN_ADDRESS}，]`;

/** Slack's markup for links and mentions never nests. */
const MARKUP = /<([^<>]*)>/g;
const LINK = /^(?:mailto:|tel:|[a-z][a-z0-9+.-]{0,30}:\/\/)/i;
const CONSOLE = /^pai\.console\.(?:aliyun|alibabacloud)\.com(?:[/?#]|$)/i;
const CONSOLE_REGION = new RegExp(`[?&;]regionId=(${REGION})(?![a-z0-9-])`, 'i');
const CONSOLE_WORKSPACE = new RegExp(`[?&;]workspaceId=(${WORKSPACE})(?![a-z0-9-])`, 'i');
/** The scheme before `://` is not asked for: looking for words before a colon takes quadratic time. */
const ADDRESS_OR_ID = new RegExp(
  `(://${IN_ADDRESS}*|(?<![\\w.@-])pai\\.console\\.(?:aliyun|alibabacloud)\\.com[/?#]${IN_ADDRESS}*)` +
    `|(?:(${REGION}|-)/(?:(${WORKSPACE})/)?)?${ID}`,
  'gi',
);
const ID_IN_ADDRESS = new RegExp(ID, 'gi');
/** Between a run and its node: a slash, perhaps with spaces, formatting or quotes around it. */
const JOINT = /^[\s*_~`"']*\/[\s*_~`"']*$/;

/** Reads a whole string as a run id, whatever its case. */
export function parseRunId(text: string): RunId | undefined {
  // PAI writes its ids like this, and an answer holds thousands.
  if (/^flow-[a-z0-9]{6,40}$/.test(text)) return text as RunId;
  const id = text.trim();
  // Tested before it is lowered: the Kelvin sign would become a k.
  return /^flow-[a-z0-9]{6,40}$/i.test(id) ? (id.toLowerCase() as RunId) : undefined;
}

/** Reads a whole string as a node id, whatever its case. */
export function parseNodeId(text: string): NodeId | undefined {
  if (/^node-[a-z0-9]{6,40}$/.test(text)) return text as NodeId;
  const id = text.trim();
  // Tested before it is lowered: the Kelvin sign would become a k.
  return /^node-[a-z0-9]{6,40}$/i.test(id) ? (id.toLowerCase() as NodeId) : undefined;
}

/**
 * Finds the runs and nodes a person typed or pasted: ids, `flow-…/node-…`, console links, and the paths `formatTarget`
 * writes. Nothing is guessed: part of a longer word or of a cut-off id is no id. A node id alone belongs to the run
 * named last before it. Takes time in proportion to the text's length, whatever the text.
 */
export function findTargets(text: string): Found {
  const { mentions, leftover } = scan(text);
  return { ...resolve([mentions]), names: splitWords(leftover.join('')) };
}

/**
 * Finds the runs and nodes a Slack message shows, in its text, blocks and attachments. A message is outside data:
 * anything may be passed, and nothing throws. Finds no names.
 */
export function findTargetsInMessage(message: unknown): Found {
  const scopes = collectTexts(message).map((text) => scan(text).mentions);
  return { ...resolve(scopes), names: [] };
}

/**
 * Writes a target so that `findTargets` reads it back: `flow-…`, `flow-…/node-…`, in front of it the region and the
 * PAI workspace where known, as in `cn-shanghai/94801/flow-…`. `-` stands for an unknown region before a known
 * workspace, for bare digits before a slash are dates and line numbers elsewhere. At most 200 characters; what has
 * not the shape of a region or workspace is left out.
 */
export function formatTarget(target: Target): string {
  const region = readWhole(REGION, target.region);
  const workspaceId = readWhole(WORKSPACE, target.workspaceId);
  const path = [region ?? (workspaceId === undefined ? undefined : '-'), workspaceId, target.runId];
  if (target.kind === 'node') path.push(target.nodeId);
  return path.filter((part) => part !== undefined).join('/');
}

function readWhole(pattern: string, text: string | undefined): string | undefined {
  return text !== undefined && new RegExp(`^${pattern}$`).test(text) ? text : undefined;
}

function scan(text: string): Scan {
  const into: Scan = { mentions: [], leftover: [] };
  const untangled = untangle(text);
  let end = 0;
  for (const match of untangled.matchAll(MARKUP)) {
    scanText(unescapeSlack(untangled.slice(end, match.index)), into);
    into.leftover.push(' ');
    scanMarkup(match[1] ?? '', into);
    into.leftover.push(' ');
    end = match.index + match[0].length;
  }
  scanText(unescapeSlack(untangled.slice(end)), into);
  return into;
}

/** What stands between `<` and `>`: a mention, a link, or words somebody put in angle brackets. */
function scanMarkup(content: string, into: Scan): void {
  if (/^[@#!]/.test(content)) return;
  if (!LINK.test(content)) {
    scanText(unescapeSlack(content), into);
    return;
  }

  const [url = '', ...rest] = unescapeSlack(content).split('|');
  const label = rest.join('|');
  const before = into.mentions.length;
  scanAddress(url, into);
  if (into.mentions.length === before && !showsAddress(label, url)) scanText(label, into);
}

/**
 * True where a link's label is its own address, as Slack writes pasted links. Not for `<http://train.py|train.py>`:
 * there Slack took a typed name for a host.
 */
function showsAddress(label: string, url: string): boolean {
  const shown = label.replace(/…$/, '');
  const isTypedName = url === `http://${label}` && !label.includes('/');
  return !isTypedName && (url.startsWith(shown) || url.replace(/^\w+:(?:\/\/)?/, '').startsWith(shown));
}

function scanText(text: string, into: Scan): void {
  let end = 0;
  let runEnd: number | undefined;
  for (const match of text.matchAll(ADDRESS_OR_ID)) {
    const [whole, address, region, workspaceId, kind = '', dash = '', tail = ''] = match;
    const matchEnd = match.index + whole.length;
    if (address !== undefined) {
      scanAddress(address, into);
      runEnd = undefined;
    } else {
      const idStart = matchEnd - kind.length - dash.length - tail.length;
      if (!isWholeId(text, { start: idStart, end: matchEnd, dash, tail })) continue;
      const place = startsPath(text, match.index) ? readPlace(region, workspaceId) : {};
      const joined = runEnd !== undefined && JOINT.test(text.slice(runEnd, idStart));
      into.mentions.push(readMention(`${kind}-${tail}`, { place, joined }));
      runEnd = kind.toLowerCase() === 'flow' ? matchEnd : undefined;
    }
    into.leftover.push(text.slice(end, match.index), TAKEN_OUT);
    end = matchEnd;
  }
  into.leftover.push(text.slice(end));
}

/** An address says where its first run is; a node that follows a run in it belongs to that run. */
function scanAddress(address: string, into: Scan): void {
  for (const part of address.split('://')) {
    let place = readConsolePlace(part);
    let joined = false;
    for (const match of part.matchAll(ID_IN_ADDRESS)) {
      const [whole, kind = '', dash = '', tail = ''] = match;
      const end = match.index + whole.length;
      if (!isWholeId(part, { start: match.index, end, dash, tail })) continue;
      const mention = readMention(`${kind}-${tail}`, { place, joined });
      into.mentions.push(mention);
      if (mention.kind === 'run') {
        place = {};
        joined = true;
      }
    }
  }
}

function readConsolePlace(address: string): Place {
  if (!CONSOLE.test(address)) return {};
  return readPlace(CONSOLE_REGION.exec(address)?.[1], CONSOLE_WORKSPACE.exec(address)?.[1]);
}

function readPlace(region: string | undefined, workspaceId: string | undefined): Place {
  return {
    ...(region === undefined || region === '-' ? {} : { region: region.toLowerCase() }),
    ...(workspaceId === undefined ? {} : { workspaceId }),
  };
}

function readMention(id: string, context: { readonly place: Place; readonly joined: boolean }): Mention {
  const lower = id.toLowerCase();
  return lower.startsWith('flow')
    ? { kind: 'run', runId: lower as RunId, place: context.place }
    : { kind: 'node', nodeId: lower as NodeId, joined: context.joined };
}

interface Candidate {
  readonly start: number;
  readonly end: number;
  readonly dash: string;
  readonly tail: string;
}

/** True where the characters around do not make it part of a longer name or the rest of a cut one. */
function isWholeId(text: string, { start, end, dash, tail }: Candidate): boolean {
  if (tail.length < ID_LENGTH.min || tail.length > ID_LENGTH.max) return false;
  // A client makes one hyphen into a long dash seldom, and people write `the flow—whatever it is`.
  if (dash === '—' && !/\d/.test(tail)) return false;
  return startsWord(text, start) && endsWord(text, end);
}

/** `_` is formatting around a word and a letter inside of one, as in `my_flow-…`; a leading `-` is a list's. */
function startsWord(text: string, start: number): boolean {
  let before = start - 1;
  while (isConnector(text[before])) before -= 1;
  const isEscape = /^%[0-9a-f]{2}$/i.test(text.slice(Math.max(0, before - 2), before + 1));
  return isEscape || !isLetterOrDigit(text.charCodeAt(before));
}

function endsWord(text: string, end: number): boolean {
  let after = end;
  while (isConnector(text[after])) after += 1;
  const isCut = text[after] === '…' || text[after] === TAKEN_OUT || text.startsWith('...', after);
  return !isCut && !isLetterOrDigit(text.charCodeAt(after));
}

/** A path may not go on to the left: `logs/2024/flow-…` says nothing about a PAI workspace. */
function startsPath(text: string, start: number): boolean {
  return !/[./-]/.test(text.charAt(start - 1)) && startsWord(text, start);
}

function isConnector(character: string | undefined): boolean {
  return character === '-' || character === '_';
}

/**
 * Letters that make up words together with a-z: ASCII, and Latin, Greek and Cyrillic with their accents. Chinese,
 * Japanese and Korean are written without spaces, so an id may stand right beside their letters. False past either
 * end of a text, where the code is NaN.
 */
function isLetterOrDigit(code: number): boolean {
  const isDigit = code >= 0x30 && code <= 0x39;
  const isLetter = (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
  return isDigit || isLetter || (code >= 0xc0 && code <= 0x52f) || (code >= 0x1e00 && code <= 0x1fff);
}

/**
 * Ties nodes to their runs. A scope is a text that was written in one go: a node at the start of the next one belongs
 * to the run named before only if all of them name no other run, else it would be a guess.
 */
function resolve(scopes: readonly (readonly Mention[])[]): Omit<Found, 'names'> {
  const places = new Map<RunId, Place>();
  const named = new Map<string, { readonly runId: RunId; readonly nodeId?: NodeId }>();
  const strays = new Set<NodeId>();
  for (const mentions of scopes) {
    let runId = places.size === 1 ? [...places.keys()][0] : undefined;
    for (const [index, mention] of mentions.entries()) {
      if (mention.kind === 'run') {
        runId = mention.runId;
        places.set(runId, { ...mention.place, ...places.get(runId) });
        if (!isJoined(mentions[index + 1])) named.set(runId, { runId });
      } else if (runId === undefined) {
        strays.add(mention.nodeId);
      } else {
        named.set(`${runId}/${mention.nodeId}`, { runId, nodeId: mention.nodeId });
      }
    }
  }

  const targets = [...named.values()].map(({ runId, nodeId }): Target => {
    const place = places.get(runId);
    return nodeId === undefined
      ? { kind: 'run', runId, ...place }
      : { kind: 'node', runId, nodeId, ...place };
  });
  for (const { nodeId } of named.values()) if (nodeId !== undefined) strays.delete(nodeId);
  const problems = [...strays].map((nodeId): TargetProblem => ({ kind: 'node-without-run', nodeId }));
  return { targets, problems };
}

function isJoined(mention: Mention | undefined): boolean {
  return mention?.kind === 'node' && mention.joined;
}
