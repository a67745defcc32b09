import { withCommand } from './button.ts';
import type { Locale, Verb } from './catalog.ts';
import { catalogFor } from './languages.ts';
import { code, type Span } from './line.ts';
import { composeMessage, type Message } from './message.ts';

/** All commands on one screen, or one verb: examples first, then what it takes. */
export function renderHelp(
  { verb, command }: { readonly verb?: Verb; readonly command: string },
  locale: Locale,
): Message {
  const catalog = catalogFor(locale);
  const say = (text: string): Span => code(withCommand(command, text));
  if (verb === undefined) return composeMessage({ lines: catalog.help(say) });
  return composeMessage({
    lines: catalog.helpFor(verb, say),
    buttons: [{ deed: 'ask', label: catalog.buttons.help, command: withCommand(command, 'help') }],
  });
}
