/**
 * Reads a whole body; gives nothing, and reads no further, if it is larger than `maxBytes` once unpacked. Lets the
 * connection go in every case. Throws what the stream fails with.
 */
export async function readBounded(response: Response, maxBytes: number): Promise<Buffer | undefined> {
  // Counts bytes on the wire and may be a lie: believed only where it spares the reading.
  if (Number(response.headers.get('content-length')) > maxBytes) {
    await response.body?.cancel();
    return undefined;
  }

  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop early cancels the stream.
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

/** Reads no more than `maxBytes` of a body and drops the rest. */
export async function readStart(response: Response, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size >= maxBytes) break;
  }
  return Buffer.concat(chunks, size).subarray(0, maxBytes).toString('utf8');
}
