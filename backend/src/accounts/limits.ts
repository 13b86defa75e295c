import { type Database, type LimitRule, type RateLimits, makeRateLimits } from '../platform/index.ts';

const minutes = 60;
const hour = 60 * minutes;

/**
 * Who may try what how often. Only failures count for what is guessed (sign-in, password change); what makes rows or mails always counts.
 * An address may stand for a whole office behind one router, so it gets several times what one account gets.
 */
const rules = {
  setup: { address: { tries: 20, perSeconds: 15 * minutes } },
  signUp: { account: { tries: 10, perSeconds: hour }, address: { tries: 60, perSeconds: hour } },
  signIn: { account: { tries: 10, perSeconds: 15 * minutes }, address: { tries: 60, perSeconds: 15 * minutes } },
  resetRequest: { account: { tries: 5, perSeconds: hour }, address: { tries: 30, perSeconds: hour } },
  resetRedeem: { address: { tries: 30, perSeconds: 15 * minutes } },
  passwordChange: { account: { tries: 10, perSeconds: 15 * minutes }, address: { tries: 60, perSeconds: 15 * minutes } },
} as const satisfies Record<string, LimitRule>;

export type LimitedAction = keyof typeof rules;

export const makeAccountLimits = (database: Database): RateLimits<LimitedAction> => makeRateLimits(database, rules);
