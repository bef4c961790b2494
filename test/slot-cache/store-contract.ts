import type { SlotStore } from '../../src/services/availability/ports';
import { visible } from '../../src/services/availability/slot-reader';
import type { FetchToken } from '../../src/infra/fence-text';
import type { EntryToFill } from '../../src/infra/fenced-cache';

export interface StoreUnderTest {
  store: SlotStore;
  lose(): Promise<void>;
}

const DAYS = ['2026-11-24', '2026-11-25', '2026-11-26'];

/** What the cache relies on, whatever the store is made of. */
export function storeContract(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`the store contract on ${name}`, () => {
    let store: SlotStore;
    let lose: () => Promise<void>;
    let serial = 0;
    let fence = '';
    let note = '';
    const key = (day: string): string => `calcom:slots:{0:${serial}}:${day}:${day}:UTC:t`;

    beforeEach(async () => {
      ({ store, lose } = await make());
      serial += 1;
      fence = `calcom:slots-meta:{0:${serial}}:t`;
      note = `calcom:slots-failed:{0:${serial}}:t`;
    });

    function entries(begun: FetchToken, days: readonly string[], payload = '[]'): EntryToFill[] {
      const freshUntilMs = begun.begunAtMs + 60_000;
      return days.map((day) => ({
        key: key(day),
        part: day,
        payload,
        freshUntilMs,
        keepUntilMs: freshUntilMs + 60_000,
      }));
    }
    async function fetched(days: readonly string[], payload = '[]'): Promise<FetchToken> {
      const { token } = await store.begin(fence);
      await store.fill(fence, token, entries(token, days, payload));
      return token;
    }
    async function seen(days: readonly string[] = DAYS): Promise<string[]> {
      const reading = await store.read(fence, note, days.map(key));
      return days.filter((day, index) => {
        const entry = reading.entries[index];
        return entry && visible(entry.token, day, reading.fence);
      });
    }

    it('knows nothing at first', async () => {
      const reading = await store.read(fence, note, DAYS.map(key));
      expect(reading).toMatchObject({ fence: null, note: null, entries: [null, null, null] });
    });

    it('returns what was filled, in the order asked, with its token and payload', async () => {
      const token = await fetched(['2026-11-25'], '[1,2,3]');
      const reading = await store.read(fence, note, DAYS.map(key));
      expect(reading.entries).toEqual([
        null,
        expect.objectContaining({ token, payload: '[1,2,3]', freshUntilMs: token.begunAtMs + 60_000 }),
        null,
      ]);
      expect(reading.nowMs).toBeGreaterThanOrEqual(token.begunAtMs - 1);
    });

    it('voids everything at once and refuses what began before', async () => {
      const late = (await store.begin(fence)).token;
      await fetched(DAYS);
      await store.change([{ fenceKey: fence, ends: 'all' }]);
      expect(await seen()).toEqual([]);
      expect((await store.fill(fence, late, entries(late, DAYS))).outcome).toBe('refused');
      expect(await seen()).toEqual([]);
      await fetched(DAYS);
      expect(await seen()).toEqual(DAYS);
    });

    it('voids single days and refuses only those', async () => {
      const late = (await store.begin(fence)).token;
      await fetched(DAYS);
      await store.change([{ fenceKey: fence, ends: ['2026-11-25'] }]);
      expect(await seen()).toEqual(['2026-11-24', '2026-11-26']);
      expect((await store.fill(fence, late, entries(late, DAYS))).outcome).toBe('refused');
      expect(await seen()).toEqual(['2026-11-24', '2026-11-26']);
    });

    it('raises the common floor when too many days have one of their own', async () => {
      await fetched(DAYS);
      const many = Array.from(
        { length: 61 },
        (_, index) =>
          `2027-${String(1 + Math.floor(index / 28)).padStart(2, '0')}-${String(1 + (index % 28)).padStart(2, '0')}`,
      );
      await store.change([{ fenceKey: fence, ends: many.slice(0, 40) }]);
      expect(await seen()).toEqual(DAYS);
      await store.change([{ fenceKey: fence, ends: many.slice(40) }]);
      expect(await seen()).toEqual([]);
      const { fence: state } = await store.begin(fence);
      expect(state.partFloors.size).toBe(0);
    });

    it('keeps marks with the count of their change, without refusing fetches that began before', async () => {
      const { token } = await store.begin(fence);
      await store.change([{ fenceKey: fence, putIn: { label: 'a', payload: 'p_1' } }]);
      const { outcome, fence: after } = await store.fill(fence, token, entries(token, DAYS));
      expect(outcome).toBe('written');
      expect(after?.marks).toMatchObject([{ label: 'a', payload: 'p_1' }]);
      expect(after?.marks[0]?.epoch).toBeGreaterThan(token.epoch);
      const next = await store.begin(fence);
      expect(next.token.epoch).toBeGreaterThanOrEqual(after?.marks[0]?.epoch ?? Infinity);
    });

    it('replaces a mark of the same label and takes one out by its label', async () => {
      await store.change([{ fenceKey: fence, putIn: { label: 'a', payload: '1' } }]);
      await store.change([{ fenceKey: fence, putIn: { label: 'b', payload: '2' } }]);
      await store.change([{ fenceKey: fence, putIn: { label: 'a', payload: '3' } }]);
      expect((await store.begin(fence)).fence.marks.map((mark) => mark.payload)).toEqual(['2', '3']);
      await store.change([{ fenceKey: fence, takeOutLabel: 'b', ends: ['2026-11-24'] }]);
      const { fence: state } = await store.begin(fence);
      expect(state.marks.map((mark) => mark.payload)).toEqual(['3']);
      expect(state.partFloors.get('2026-11-24')).toBe(state.epoch);
    });

    it('gives up the older half of too many marks, and the entries that needed them', async () => {
      await fetched(DAYS);
      for (let count = 0; count < 257; count++)
        await store.change([{ fenceKey: fence, putIn: { label: `m${count}`, payload: 'p' } }]);
      const { fence: state } = await store.begin(fence);
      expect(state.marks.map((mark) => mark.label)).toEqual(
        Array.from({ length: 128 }, (_, index) => `m${index + 129}`),
      );
      expect(state.sinceMs).toBeGreaterThan(0);
      expect(await seen()).toEqual([]);
    });

    it('changes many groups in one call', async () => {
      await fetched(DAYS);
      const other = `calcom:slots-meta:{9:${serial}}:t`;
      await store.change([
        { fenceKey: fence, ends: 'all' },
        { fenceKey: other, putIn: { label: 'x', payload: 'y' } },
      ]);
      expect(await seen()).toEqual([]);
      expect((await store.begin(other)).fence.marks).toHaveLength(1);
    });

    it('says that the fence was lost instead of believing what began before', async () => {
      const before = (await store.begin(fence)).token;
      await lose();
      expect((await store.fill(fence, before, entries(before, DAYS))).outcome).toBe('lost');
      await fetched(['2026-11-24']);
      expect((await store.fill(fence, before, entries(before, DAYS))).outcome).toBe('lost');
      expect(await seen()).toEqual(['2026-11-24']);
    });

    it('does not let an older fetch of the same count hide a newer one', async () => {
      const { token } = await store.begin(fence);
      const newer = { ...token, begunAtMs: token.begunAtMs + 5 };
      await store.fill(fence, newer, entries(newer, ['2026-11-24'], '[2]'));
      expect((await store.fill(fence, token, entries(token, ['2026-11-24'], '[1]'))).outcome).toBe('written');
      const [entry] = (await store.read(fence, note, [key('2026-11-24')])).entries;
      expect(entry?.payload).toBe('[2]');
    });

    it('does not write what would already be over', async () => {
      const { token } = await store.begin(fence);
      const old = { ...token, begunAtMs: token.begunAtMs - 500_000 };
      expect((await store.fill(fence, old, entries(old, ['2026-11-24']))).outcome).toBe('refused');
      expect(await seen()).toEqual([]);
    });

    it('counts stored days by pattern, up to a bound', async () => {
      await fetched(DAYS);
      expect(await store.count(`calcom:slots:{*:${serial}}:*:t`, 100)).toBe(3);
      expect(await store.count(`calcom:slots:{*:${serial}}:*:t`, 2)).toBe(2);
      expect(await store.count(`calcom:slots:{*:${serial}}:*:other`, 100)).toBe(0);
    });
  });
}
