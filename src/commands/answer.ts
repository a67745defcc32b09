import { renderNotice } from '../messages/notices.ts';
import { parseCommand } from './parse.ts';
import type { Answer, Request } from './request.ts';
import { type StatusPorts, status } from './status.ts';

/** Does what the text of a request says. Every door comes through here: typed commands and buttons alike. */
export async function answer(request: Request, ports: StatusPorts): Promise<Answer> {
  const { actor, commandName } = request;
  if (actor.standing === 'unknown') return problem({ kind: 'who-are-you' });
  if (!ports.access.mayAsk(actor)) return problem({ kind: 'members-only' });

  const command = parseCommand(request.text);
  switch (command.verb) {
    case 'overview':
      return {
        kind: 'shown',
        message: renderNotice({ kind: 'first-time', command: commandName }, actor.locale),
      };
    case 'help':
      return { kind: 'shown', message: renderNotice({ kind: 'help', command: commandName }, actor.locale) };
    case 'status':
      return status(command.found, request, ports);
    case 'again': {
      const text = ports.longQuestions.find(command.token);
      return text === undefined ? problem({ kind: 'forgotten' }) : answer({ ...request, text }, ports);
    }
    case 'unknown':
      return problem({ kind: 'unknown-verb', command: commandName, ...command });
  }

  function problem(notice: Parameters<typeof renderNotice>[0]): Answer {
    return { kind: 'problem', message: renderNotice(notice, actor.locale) };
  }
}
