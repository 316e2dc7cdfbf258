import fc from 'fast-check';
import { budgetsSchema, defaultBudgets } from '../../../../core/quota/budgets.ts';
import {
  dailyRefusal,
  dayExpiresAt,
  dayOf,
  oneCompanionSession,
  oneUpload,
} from '../../../../core/quota/daily-budget.ts';

const NOW = Date.parse('2026-03-04T05:06:07.890Z');
const uploads = (limit: number, count = 1) => ({ amount: 'uploads', count, limit }) as const;

describe('Budgets', () => {
  it('have defaults, may be 0, and have no other fields', () => {
    expect(budgetsSchema.parse({})).toEqual({
      uploadsPerDay: 200,
      outputMinutesPerDay: 3_000,
      companionSessionsPerDay: 100,
      requestsPerMinute: 300,
      companionRequestsPerMinute: 240,
      metadataBytes: 2_048,
    });
    const none = Object.fromEntries(Object.keys(defaultBudgets).map((name) => [name, 0]));
    expect(budgetsSchema.parse(none)).toEqual(none);
    for (const wrong of [{ uploadsPerDay: -1 }, { uploadsPerDay: 1.5 }, { uploads: 1 }]) {
      expect(budgetsSchema.safeParse(wrong).success).toBe(false);
    }
    expect(budgetsSchema.safeParse({ metadataBytes: 2_049 }).success).toBe(false);
  });
});

describe('A day’s budget', () => {
  it('is for a day in UTC, whose item TTL deletes eight days after its end', () => {
    expect(dayOf(NOW)).toBe('2026-03-04');
    expect(dayOf(Date.parse('2026-03-04T23:59:59.999Z'))).toBe('2026-03-04');
    expect(new Date(dayExpiresAt(NOW) * 1000).toISOString()).toBe('2026-03-13T00:00:00.000Z');
  });

  it('allows the last use and refuses the next, with the numbers and the wait', () => {
    expect(dailyRefusal({ uploads: 1 }, uploads(2), NOW)).toBeUndefined();
    expect(dailyRefusal({ uploads: 2 }, uploads(2), NOW)).toEqual({
      code: 'daily_uploads_exceeded',
      detail:
        '2 of 2 uploads of 2026-03-04 are used; the next day begins at 2026-03-05T00:00:00.000Z.',
      retryAfterSeconds: 68_033,
    });
  });

  it('counts an absent item and an absent amount as 0, and allows nothing with 0', () => {
    expect(dailyRefusal(undefined, uploads(1), NOW)).toBeUndefined();
    expect(dailyRefusal({}, uploads(1), NOW)).toBeUndefined();
    expect(dailyRefusal({ companionSessions: 5 }, uploads(1), NOW)).toBeUndefined();
    expect(dailyRefusal(undefined, uploads(0), NOW)?.code).toBe('daily_uploads_exceeded');
  });

  it('waits until the next day has begun', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), (now) => {
        const { retryAfterSeconds = 0 } = dailyRefusal(undefined, uploads(0), now) ?? {};
        const then = now + retryAfterSeconds * 1000;
        expect(dayOf(then)).not.toBe(dayOf(now));
        expect(dayOf(then - 1_000)).toBe(dayOf(now));
      }),
    );
  });

  it('is one upload or one session of the configured number', () => {
    const budgets = { ...defaultBudgets, uploadsPerDay: 7, companionSessionsPerDay: 5 };
    expect(oneUpload(budgets)).toEqual(uploads(7));
    const session = oneCompanionSession(budgets);
    expect(session).toEqual({ amount: 'companionSessions', count: 1, limit: 5 });
    expect(dailyRefusal({ companionSessions: 5 }, session, NOW)?.code).toBe(
      'daily_sessions_exceeded',
    );
  });
});
