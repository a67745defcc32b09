import type { Run } from '../domain/run.ts';
import { formatTarget, type NodeId } from '../domain/target.ts';
import { labelOf } from '../domain/workspace.ts';
import { renderChoices } from '../messages/choices.ts';
import { renderNotice } from '../messages/notices.ts';
import type { NamedRun } from './find-run.ts';
import type { ListRunsPorts } from './list-runs.ts';
import type { Look } from './look-up.ts';
import { LIST_TIMEOUT_MS, troubleAnswer } from './pai-failure.ts';
import { type Answer, commandLine, type Request } from './request.ts';
import { factsOf, targetOf } from './run-facts.ts';

/** Pipelines offered for one name: more buttons than that nobody reads. */
const MOST_CHOICES = 8;

/** The answer where a name, or the lack of one, means no run or several. */
export function unclearRunAnswer(
  name: string | undefined,
  named: Exclude<NamedRun, { kind: 'found' }>,
  textFor: (run: string) => string,
  request: Request,
  ports: ListRunsPorts,
): Answer {
  const { locale } = request.actor;
  if (named.kind === 'failed') {
    const text = textFor(name === undefined ? '' : quoted(name));
    return troubleAnswer(named.failure, commandLine(request, text), request, LIST_TIMEOUT_MS);
  }
  const partial = named.partial && { partial: named.partial };
  if (named.kind === 'none') {
    const labels = ports.workspaces.map(labelOf);
    if (name === undefined) {
      const notice = { kind: 'which-run', command: request.commandName, ...partial } as const;
      return { kind: 'problem', message: renderNotice(notice, locale) };
    }
    const notice = {
      kind: 'no-such-run',
      names: [name],
      labels,
      command: request.commandName,
      ...partial,
      ...(named.scanned && { scanned: named.scanned }),
    } as const;
    return { kind: 'problem', message: renderNotice(notice, locale) };
  }
  const candidates = named.runs.slice(0, MOST_CHOICES).map((run) => ({
    facts: factsOf(run, ports.now(), ports),
    command: commandLine(request, textFor(formatTarget(targetOf(run)))),
  }));
  const message = renderChoices(
    { ...(name !== undefined && { name }), total: named.runs.length, candidates, ...partial },
    locale,
  );
  return { kind: 'shown', message };
}

/** The answer where several runs were given and one is wanted. */
export function whichOfThese(
  looks: readonly (Look & { readonly run: Run; readonly askedAt: Date })[],
  textFor: (run: string) => string,
  request: Request,
  ports: ListRunsPorts,
): Answer {
  const candidates = looks.map(({ run, askedAt, target }) => ({
    facts: factsOf(run, askedAt, ports),
    command: commandLine(request, textFor(formatTarget(target))),
  }));
  const message = renderChoices({ total: candidates.length, candidates }, request.actor.locale);
  return { kind: 'shown', message };
}

/** The answer where nodes were given and no run that has them. */
export function nodeWithoutRunAnswer(nodes: readonly NodeId[], request: Request): Answer {
  const notice = { kind: 'node-without-run', command: request.commandName, nodes } as const;
  return { kind: 'problem', message: renderNotice(notice, request.actor.locale) };
}

/** The answer where a thread should have told which run is meant, and could not be read. */
export function unreadThreadAnswer(request: Request): Answer {
  const notice = { kind: 'thread-unread', command: request.commandName } as const;
  return { kind: 'problem', message: renderNotice(notice, request.actor.locale) };
}

/** A name as it is typed, so that its spaces stay in it. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '')}"`;
}
