/** Whether the store could not do it, told by the error's name: then nothing was changed. */
export function isStoreFailure(error: unknown): boolean {
  return error instanceof Error && error.name === 'StoreError';
}
