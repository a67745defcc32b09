import { randomUUID } from 'node:crypto';
import { type HttpReply, jsonReply } from '../http.ts';

/** A call that PAIFlow answers with an error in the vendor's shape. */
export class PaiflowRefusal extends Error {
  override readonly name = 'PaiflowRefusal';
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** A request id as the vendor writes them. */
export function createRequestId(): string {
  return randomUUID().toUpperCase();
}

/** `{RequestId, HostId, Code, Message, Recommend}` and the request id as a header. */
export function errorReply(refusal: PaiflowRefusal, host: string): HttpReply {
  const requestId = createRequestId();
  const recommend = `https://api.aliyun.com/troubleshoot?q=${refusal.code}&product=PAIFlow&requestId=${requestId}`;
  return jsonReply(
    refusal.status,
    {
      RequestId: requestId,
      HostId: host,
      Code: refusal.code,
      Message: refusal.message,
      Recommend: recommend,
    },
    { 'x-acs-request-id': requestId, ...refusal.headers },
  );
}
