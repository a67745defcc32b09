import { consoleLink } from '../domain/console-link.ts';
import type { OutputFacts } from '../domain/output-facts.ts';
import { phaseOfRun, type Run, type RunNode } from '../domain/run.ts';
import { isFinal } from '../domain/status.ts';
import type { Catalog, Locale } from './catalog.ts';
import { mostThatFit } from './fold.ts';
import { catalogFor } from './languages.ts';
import { code, join, type Line, line } from './line.ts';
import { composeMessage, fitsInMessage, type Message, type MessageParts } from './message.ts';
import { short } from './numbers.ts';
import { linkedRun, namedNode } from './states.ts';

/** What a run or one of its nodes made. */
export interface Outputs {
  readonly run: Run;
  readonly node?: RunNode;
  /** Set where only outputs of one type were asked for. */
  readonly type?: string;
  readonly outputs: readonly ShownOutput[];
  readonly total: number;
  readonly isLastFailed?: boolean;
  readonly again: string;
}

export interface ShownOutput {
  readonly type: string;
  /** Name of the node that made it. */
  readonly node?: string;
  readonly facts: OutputFacts;
  readonly name: string;
}

/** The outputs of a run or node, one a line: numbers for metrics, name and project for the rest. */
export function renderOutputs(facts: Outputs, locale: Locale): Message {
  const { outputs } = facts;
  const fits = (shown: number): boolean =>
    fitsInMessage(outputsParts(facts, outputs.slice(0, shown), locale));
  return composeMessage(outputsParts(facts, outputs.slice(0, mostThatFit(outputs.length, fits)), locale));
}

function outputsParts(facts: Outputs, shown: readonly ShownOutput[], locale: Locale): MessageParts {
  const catalog = catalogFor(locale);
  const { run, node, type, again } = facts;
  const total = Math.max(facts.total, facts.outputs.length);
  const place =
    node === undefined ? [linkedRun(run, 'bold')] : line`${linkedRun(run, 'bold')} › ${namedNode(node)}`;
  const head =
    total === 0
      ? catalog.noOutputs(place, type, !isFinal(phaseOfRun(run)))
      : catalog.outputsHead(place, total, type);
  return {
    lines: [
      facts.isLastFailed ? catalog.lastFailedHere(head) : head,
      ...shown.map((output) => outputLine(output, catalog)),
      ...(shown.length < total ? [catalog.someShown(shown.length, total)] : []),
    ],
    buttons: [
      { deed: 'refresh', label: catalog.buttons.refresh, command: again },
      { deed: 'open', label: catalog.buttons.openInPai, url: consoleLink(run) },
      { deed: 'share', label: catalog.buttons.share, command: again },
    ],
  };
}

function outputLine({ type, node, facts, name }: ShownOutput, catalog: Catalog): Line {
  const what = facts.kind === 'metrics' ? metrics(facts.values, name, catalog) : artifact(facts, catalog);
  return join([catalog.outputType(type), node === undefined ? undefined : [code(node)], what], '  ');
}

function metrics(
  values: Extract<OutputFacts, { kind: 'metrics' }>['values'],
  name: string,
  catalog: Catalog,
): Line {
  if (values.length === 0) return [code(name)];
  const left = values.length - MOST_VALUES;
  return join(
    [
      ...values.slice(0, MOST_VALUES).map((each) => {
        const value = typeof each.value === 'number' ? short(each.value) : code(each.value);
        return line`${code(each.name)} ${value}`;
      }),
      left > 0 ? catalog.moreValues(left) : undefined,
    ],
    ' · ',
  );
}

/** Numbers of one output that are shown: what people compare stands first. */
const MOST_VALUES = 8;

function artifact({ name, project }: Extract<OutputFacts, { kind: 'artifact' }>, catalog: Catalog): Line {
  return line`${code(name)}${project === undefined ? [] : catalog.inProject(code(project))}`;
}
