import { findBlockProblems, isTooLongInAll } from '../block-kit/blocks.ts';
import { interactiveElementsOf } from '../block-kit/elements.ts';
import { LIMITS } from '../block-kit/limits.ts';
import { isObject, type JsonObject } from '../json.ts';
import { optionalObjects, optionalText } from './arguments.ts';
import { refuseFor, SlackRefusal } from './refusal.ts';
import { createShortId } from './short-id.ts';

/** What a message says, checked against Slack's limits. */
export interface Content {
  readonly text: string;
  readonly blocks: readonly JsonObject[];
  readonly attachments: readonly JsonObject[];
}

/** Reads and checks `text`, `blocks` and `attachments`; throws a refusal that names what is wrong. */
export function readContent(args: JsonObject, kind: 'post' | 'update'): Content {
  const text = optionalText(args, 'text') ?? '';
  const blocks = optionalObjects(args, 'blocks') ?? [];
  const attachments = optionalObjects(args, 'attachments') ?? [];
  if (text === '' && blocks.length === 0 && attachments.length === 0) throw new SlackRefusal('no_text');
  if (kind === 'update' && text.length > LIMITS.updateText) throw new SlackRefusal('msg_too_long');
  if (attachments.length > LIMITS.attachments) throw new SlackRefusal('too_many_attachments');
  const inAttachments = attachments.flatMap((each) =>
    each.blocks === undefined ? [] : findBlockProblems(each.blocks, 'message'),
  );
  const problems = [...findBlockProblems(args.blocks ?? [], 'message'), ...inAttachments];
  if (problems.length > 0) throw refuseFor('invalid_blocks', problems);
  if (isTooLongInAll(blocks)) throw new SlackRefusal('msg_blocks_too_long');
  return { text: text.slice(0, LIMITS.messageText), blocks: blocks.map(withIds), attachments };
}

/** Slack documents an error for metadata that is too large, but not where it begins; 8 kB is the sandbox's guess. */
const MAX_METADATA_BYTES = 8 * 1024;

/** Message metadata; `{}` means "remove it". */
export function readMetadata(args: JsonObject): JsonObject | undefined {
  const metadata = args.metadata;
  if (metadata === undefined) return undefined;
  if (!isObject(metadata)) throw new SlackRefusal('invalid_metadata_format');
  if (Object.keys(metadata).length === 0) return metadata;
  const isWhole = typeof metadata.event_type === 'string' && isObject(metadata.event_payload);
  if (!isWhole) throw new SlackRefusal('invalid_metadata_format');
  const bytes = Buffer.byteLength(JSON.stringify(metadata));
  if (bytes > MAX_METADATA_BYTES) throw new SlackRefusal('metadata_too_large');
  return metadata;
}

/** Slack gives every block and every interactive element without an id one of its own. */
export function withIds(block: JsonObject): JsonObject {
  const copy = structuredClone(block);
  copy.block_id ??= createShortId().slice(0, 5);
  for (const element of interactiveElementsOf(copy)) element.action_id ??= createShortId().slice(0, 5);
  return copy;
}
