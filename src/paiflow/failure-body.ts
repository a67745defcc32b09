export interface FailureBody {
  readonly code?: string;
  readonly requestId?: string;
}

/**
 * Codes are words such as `Throttling.User`, or digits where PAI itself refuses (`200200004`). Anything longer or with
 * spaces is no code, so a sentence cannot travel in this field.
 */
const CODE = /^[\w.-]{1,100}$/;

/**
 * Reads the code and the request id of an error body: JSON with upper- or lower-case keys, or the XML of the older
 * gateway, `<Error><Code>…` (as @alicloud/openapi-client accepts them). Anything else gives nothing.
 */
export function readFailureBody(body: string): FailureBody {
  const { code, requestId } = body.trimStart().startsWith('<') ? readXml(body) : readJson(body);
  return {
    ...(isWord(code) && { code }),
    ...(isWord(requestId) && { requestId }),
  };
}

function isWord(value: string | undefined): value is string {
  return value !== undefined && CODE.test(value);
}

interface Said {
  readonly code: string | undefined;
  readonly requestId: string | undefined;
}

function readXml(body: string): Said {
  if (!/<Error[\s>]/.test(body)) return { code: undefined, requestId: undefined };
  return {
    code: /<Code>([^<]{1,200})<\/Code>/.exec(body)?.[1]?.trim(),
    requestId: /<RequestId>([^<]{1,200})<\/RequestId>/.exec(body)?.[1]?.trim(),
  };
}

function readJson(body: string): Said {
  const fields = new Map<string, unknown>();
  for (const [key, value] of Object.entries(parseObject(body))) {
    fields.set(key.toLowerCase().replaceAll('_', ''), value);
  }
  return { code: asWord(fields.get('code')), requestId: asWord(fields.get('requestid')) };
}

function parseObject(body: string): object {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    // A gateway's page or a cut answer has no code; the status still tells what to do.
    return {};
  }
}

function asWord(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : undefined;
}
