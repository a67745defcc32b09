import type { Locale, Verb } from '../messages/catalog.ts';
import { renderHelp } from '../messages/help.ts';
import { type Notice, renderNotice } from '../messages/notices.ts';
import { type DoctorPorts, doctor } from './doctor.ts';
import { type ListWatchesPorts, listWatches } from './list-watches.ts';
import { type LogsPorts, logs } from './logs.ts';
import { type OutputsPorts, outputs } from './outputs.ts';
import { overview } from './overview.ts';
import { type Mistake, parseCommand } from './parse.ts';
import type { Answer, Request } from './request.ts';
import { runs } from './runs.ts';
import { type StatusPorts, status } from './status.ts';
import { type UnwatchPorts, unwatch } from './unwatch.ts';
import { type WatchPorts, watch } from './watch.ts';
import { why } from './why.ts';

export type CommandPorts = StatusPorts &
  LogsPorts &
  OutputsPorts &
  WatchPorts &
  UnwatchPorts &
  ListWatchesPorts &
  DoctorPorts;

/** Does what a request says. Every door comes through here: typed commands, mentions, shortcuts and buttons alike. */
export async function answer(request: Request, ports: CommandPorts): Promise<Answer> {
  const { actor, commandName } = request;
  if (actor.standing === 'unknown') return problem({ kind: 'who-are-you' });
  if (!ports.access.mayAsk(actor)) return problem({ kind: 'members-only' });
  if (request.pasted !== undefined) {
    const { targets, problems } = request.pasted;
    if (targets.length + problems.length === 0) return problem({ kind: 'nothing-in-message' });
    const found = { targets, names: [], problems };
    return request.pasted.verb === 'watch'
      ? watch({ found, where: { kind: 'here' } }, request, ports)
      : status(found, request, ports);
  }

  const command = parseCommand(request.text, ports);
  switch (command.verb) {
    case 'overview':
      return overview(request, ports);
    case 'help': {
      const about = { command: commandName, ...(command.about && { verb: command.about }) };
      return { kind: 'shown', message: renderHelp(about, actor.locale) };
    }
    case 'status':
      return status(command.found, request, ports);
    case 'runs':
      return runs(command, request, ports);
    case 'logs':
      return logs(command, request, ports);
    case 'why':
      return why(command.found, request, ports);
    case 'outputs':
      return outputs(command, request, ports);
    case 'watch':
      return watch(command, request, ports);
    case 'unwatch':
      return unwatch(command, request, ports);
    case 'list':
      return listWatches(request, ports);
    case 'doctor':
      return doctor(request, ports);
    case 'again': {
      const text = ports.longQuestions.find(command.token);
      return text === undefined ? problem({ kind: 'forgotten' }) : answer({ ...request, text }, ports);
    }
    case 'mistaken':
      return problem(noticeOf(command.mistake, { verb: command.meant, command: commandName }, actor.locale));
    case 'unknown':
      return problem({ kind: 'unknown-verb', command: commandName, ...command });
  }

  function problem(notice: Notice): Answer {
    return { kind: 'problem', message: renderNotice(notice, actor.locale) };
  }
}

function noticeOf(mistake: Mistake, asked: { verb: Verb; command: string }, locale: Locale): Notice {
  switch (mistake.kind) {
    case 'filter-problem':
      return { ...mistake, ...asked };
    case 'unknown-word':
      return { kind: 'unknown-option', typed: mistake.typed, known: mistake.known[locale] };
    default:
      return mistake;
  }
}
