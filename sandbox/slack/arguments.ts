import type { HttpRequest } from '../http.ts';
import { isObject, type JsonObject, objectsIn, parseJson, textIn } from '../json.ts';
import { refuseFor, SlackRefusal } from './refusal.ts';

/** Arguments that are JSON inside a form field, and the error for text that is no JSON. */
const JSON_ARGUMENTS: Readonly<Record<string, string>> = {
  blocks: 'invalid_blocks_format',
  attachments: 'invalid_attachments',
  metadata: 'invalid_metadata_format',
  view: 'invalid_arguments',
  files: 'invalid_arguments',
};

/**
 * The arguments of a Web API call, from a form, a JSON body, a multipart body or the query.
 * Form fields are all strings; JSON bodies keep their types (docs.slack.dev, apis/web-api).
 */
export async function readArguments(request: HttpRequest): Promise<JsonObject> {
  const type = request.headers['content-type'] ?? '';
  const query = Object.fromEntries(request.query);
  if (type.startsWith('application/json')) {
    const parsed = parseJson(request.body.toString('utf8'));
    if (!isObject(parsed)) throw new SlackRefusal('invalid_json');
    return { ...query, ...parsed };
  }
  const fields = type.startsWith('multipart/form-data')
    ? await readMultipart(request, type)
    : Object.fromEntries(new URLSearchParams(request.body.toString('utf8')));
  return { ...query, ...parseJsonFields(fields) };
}

/** A required string argument. */
export function requireText(args: JsonObject, name: string, code = 'invalid_arguments'): string {
  const value = textIn(args[name]);
  if (value !== undefined && value !== '') return value;
  throw refuseFor(code, [`missing required field: ${name}`]);
}

/** An optional string argument; another JSON type is refused, since Slack wants a ts as a string. */
export function optionalText(args: JsonObject, name: string): string | undefined {
  const value = args[name];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value;
  throw refuseFor('invalid_arguments', [`must be a string [json-pointer:/${name}]`]);
}

/** A switch, as a form sends it (`true`, `1`) or JSON does. */
export function isSet(args: JsonObject, name: string): boolean {
  return args[name] === true || args[name] === 'true' || args[name] === '1';
}

/** A whole number from `min` to `max`, or `fallback` when it is not given. */
export function optionalCount(
  args: JsonObject,
  name: string,
  rule: { readonly min: number; readonly max: number; readonly fallback: number },
): number {
  if (args[name] === undefined) return rule.fallback;
  const value = Number(args[name]);
  if (!Number.isInteger(value) || value < rule.min) throw new SlackRefusal('invalid_limit');
  return Math.min(value, rule.max);
}

/** An argument that is a list of objects; nothing when it is not given. */
export function optionalObjects(args: JsonObject, name: string): readonly JsonObject[] | undefined {
  const value = args[name];
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw new SlackRefusal(JSON_ARGUMENTS[name] ?? 'invalid_arguments');
  return objectsIn(value);
}

function parseJsonFields(fields: Readonly<Record<string, string>>): JsonObject {
  const args: JsonObject = { ...fields };
  for (const [name, code] of Object.entries(JSON_ARGUMENTS)) {
    const text = fields[name];
    if (text === undefined || text === '') continue;
    const parsed = parseJson(text);
    if (parsed === undefined) throw new SlackRefusal(code);
    args[name] = parsed;
  }
  return args;
}

async function readMultipart(request: HttpRequest, type: string): Promise<Record<string, string>> {
  const form = await new Response(new Uint8Array(request.body), {
    headers: { 'content-type': type },
  }).formData();
  const fields: Record<string, string> = {};
  for (const [name, value] of form.entries())
    fields[name] = typeof value === 'string' ? value : await value.text();
  return fields;
}
