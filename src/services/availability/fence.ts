import type { Fence, FetchToken } from './slot-store';

/** Whether what was fetched under `token` for `part` still exists behind the fence. */
export function visible(token: FetchToken, part: string, fence: Fence | null): boolean {
  return (
    fence !== null &&
    token.incarnation === fence.incarnation &&
    token.epoch >= fence.floor &&
    token.begunAtMs >= fence.sinceMs &&
    token.epoch >= (fence.partFloors.get(part) ?? 0)
  );
}

/**
 * Changes with every invalidation, so that nobody is elected or waits for a fetch that began before one. A fence that
 * was never raised and one that does not exist yet are of the same generation.
 */
export function generation(fence: Fence | null): number {
  return fence ? Math.max(fence.floor, ...fence.partFloors.values()) : 0;
}
