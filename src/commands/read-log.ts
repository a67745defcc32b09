import { cleanLog, type LogText } from '../domain/log/log-text.ts';
import type { NodeId, RunId } from '../domain/target.ts';
import { asPaiFailure } from './pai-failure.ts';

export interface LogPorts {
  readonly logs: {
    /** One page of ListPipelineRunNodeLogs, oldest line first; rejects with PAI's failure. */
    listPipelineRunNodeLogs(
      about: {
        region: string;
        runId: RunId;
        nodeId: NodeId;
        offset: number;
        pageSize: number;
        keyword?: string;
      },
      options: { signal: AbortSignal },
    ): Promise<{ readonly totalCount: number; readonly lines: readonly string[] }>;
  };
}

/** Whose log, and which part of it. */
export interface LogWanted {
  readonly region: string;
  readonly runId: RunId;
  readonly nodeId: NodeId;
  /** The most lines wanted. */
  readonly lines: number;
  /** Lines before this one, counted from 1; the end of the log where it is left out. */
  readonly before?: number | undefined;
  /** Only lines that hold this text. */
  readonly keyword?: string | undefined;
  readonly mostCharacters?: number;
}

export interface LogPart extends LogText {
  /** Number of the first line given, from 1. */
  readonly from: number;
  /** Lines in the whole log, or lines with the keyword. */
  readonly total: number;
}

/** Lines of one call. */
const PAGE = 1000;
/** The first call mostly tells how long the log is, and is all there is to a short one. */
const FIRST_PAGE = 200;
/** Calls for one part of a log: a server may give shorter pages than it was asked for. */
const MOST_PAGES = 24;
/** Characters of one part, over all its pages: what a log is worth in memory. */
const MOST_CHARACTERS = 6_000_000;
/** How many times fewer lines are asked for where they are too large together. */
const SHRINK = 8;

/** Lines that are too large together, though no single page was. */
class PartTooLargeError extends Error {
  override readonly name = 'PartTooLargeError';
}

/**
 * Reads the end of a node's log, or the part before a line, masked and fit to be shown. Lines are counted from the
 * log's beginning, since nobody has confirmed which way `Reverse` counts; so the first call also tells how long the log
 * is. Lines too large to be fetched together are fetched in smaller numbers. Rejects with PAI's failure: `too-large`
 * where even one line is.
 */
export async function readLog(wanted: LogWanted, signal: AbortSignal, ports: LogPorts): Promise<LogPart> {
  try {
    return await readPart(wanted, signal, ports);
  } catch (error) {
    const isTooLarge = error instanceof PartTooLargeError || asPaiFailure(error)?.kind === 'too-large';
    if (!isTooLarge || wanted.lines <= 1) throw error;
    return readLog({ ...wanted, lines: Math.ceil(wanted.lines / SHRINK) }, signal, ports);
  }
}

async function readPart(wanted: LogWanted, signal: AbortSignal, ports: LogPorts): Promise<LogPart> {
  const { before, lines, mostCharacters } = wanted;
  const first: Span =
    before === undefined
      ? { offset: 0, count: Math.min(lines, FIRST_PAGE) }
      : { offset: Math.max(0, before - 1 - lines), count: Math.min(lines, before - 1) };
  let pages = await readPages(wanted, first, signal, ports);
  const end = before === undefined ? pages.total : Math.min(before - 1, pages.total);
  const start = Math.max(0, end - lines);
  if (start < pages.offset || end > pages.offset + pages.lines.length) {
    pages = await readPages(wanted, { offset: start, count: end - start }, signal, ports);
  }
  const raw = pages.lines.slice(start - pages.offset, end - pages.offset);
  return { ...cleanLog(raw, mostCharacters), from: start + 1, total: pages.total };
}

/** A part of a log: how many lines are skipped, how many wanted. */
interface Span {
  readonly offset: number;
  readonly count: number;
}

interface Pages {
  readonly offset: number;
  readonly lines: readonly string[];
  readonly total: number;
}

async function readPages(
  { region, runId, nodeId, keyword }: LogWanted,
  { offset, count }: Span,
  signal: AbortSignal,
  { logs }: LogPorts,
): Promise<Pages> {
  const lines: string[] = [];
  let characters = 0;
  let total = 0;
  for (let page = 0; page < MOST_PAGES && lines.length < count; page += 1) {
    const about = { region, runId, nodeId, ...(keyword !== undefined && { keyword }) };
    const pageSize = Math.min(PAGE, count - lines.length);
    const answer = await logs.listPipelineRunNodeLogs(
      { ...about, offset: offset + lines.length, pageSize },
      { signal },
    );
    for (const each of answer.lines) {
      lines.push(each);
      characters += each.length;
    }
    if (characters > MOST_CHARACTERS && lines.length > 1)
      throw new PartTooLargeError('A part of a log is too large');
    // Past the end of a log there are no lines, whatever was skipped.
    total = Math.max(answer.totalCount, lines.length === 0 ? 0 : offset + lines.length);
    if (answer.lines.length === 0 || offset + lines.length >= total) break;
  }
  return { offset, lines, total };
}
