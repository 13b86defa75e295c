import { z } from 'zod';
import { passwordMinLength } from './account-rules.ts';
import { Id, Locale, Timestamp } from './primitives.ts';
import { apiKeyScopes } from './route.ts';

export const Role = z.enum(['administrator', 'member']);
export type Role = z.infer<typeof Role>;
export const RegistrationPolicy = z.enum(['open', 'invitation', 'closed']);
export type RegistrationPolicy = z.infer<typeof RegistrationPolicy>;

const name = z.string().trim().min(1).max(80);
const email = z.email().trim().toLowerCase().max(254);
export const Password = z.string().min(passwordMinLength, `At least ${passwordMinLength} characters`).max(128);

/** What a visitor needs to know before signing in. */
export const Setup = z.object({
  needsAdministrator: z.boolean(),
  registration: RegistrationPolicy,
  siteName: z.string(),
  exploreAudience: z.enum(['members', 'everyone']),
  trashDays: z.int().describe('Days after which what lies in the trash is deleted for good'),
});
export type Setup = z.infer<typeof Setup>;

export const SetupInput = z.strictObject({ name, email, password: Password, locale: Locale.optional() });
export const SignUpInput = z.strictObject({
  name,
  email,
  password: Password,
  invitation: z.string().max(200).optional(),
  locale: Locale.optional(),
});
export const SignInInput = z.strictObject({ email, password: z.string().min(1).max(128) });
export type SetupInput = z.infer<typeof SetupInput>;
export type SignUpInput = z.infer<typeof SignUpInput>;
export type SignInInput = z.infer<typeof SignInInput>;

export const Account = z.object({
  id: Id,
  name: z.string(),
  email: z.string(),
  role: Role,
  locale: Locale.nullable(),
  createdAt: Timestamp,
});
export type Account = z.infer<typeof Account>;
export const AccountPatch = z.strictObject({ name: name.optional(), locale: Locale.optional() });
export const PasswordChange = z.strictObject({ currentPassword: z.string().min(1).max(128), newPassword: Password });
export type PasswordChange = z.infer<typeof PasswordChange>;
/** Says three times that it is meant: who one is, which account, and what is lost. */
export const AccountClosing = z.strictObject({
  password: z.string().min(1).max(128),
  email,
  forfeitCredits: z
    .string()
    .regex(/^\d{1,18}$/, 'A whole number of credits')
    .describe('The balance that is given up, as the wallet shows it: `0` when there is none'),
});
export type AccountClosing = z.infer<typeof AccountClosing>;
export const PasswordResetRequest = z.strictObject({ email });
export const PasswordResetRedeem = z.strictObject({ token: z.string().min(1).max(300), password: Password });
export type PasswordResetRedeem = z.infer<typeof PasswordResetRedeem>;

export const Session = z.object({
  id: z.string(),
  current: z.boolean(),
  userAgent: z.string().nullable(),
  ipAddress: z.string().nullable(),
  createdAt: Timestamp,
  lastSeenAt: Timestamp,
  expiresAt: Timestamp,
});
export type Session = z.infer<typeof Session>;

export const ApiKeyInput = z.strictObject({
  name: z.string().trim().min(1).max(60),
  scopes: z.array(z.enum(apiKeyScopes)).min(1).max(apiKeyScopes.length),
  expiresInDays: z.int().min(1).max(365).nullable().default(90),
});
export type ApiKeyInput = z.infer<typeof ApiKeyInput>;
export const ApiKey = z.object({
  id: z.string(),
  name: z.string(),
  start: z.string().describe('The first characters, to tell keys apart'),
  scopes: z.array(z.enum(apiKeyScopes)),
  createdAt: Timestamp,
  expiresAt: Timestamp.nullable(),
  lastUsedAt: Timestamp.nullable(),
});
export type ApiKey = z.infer<typeof ApiKey>;
export const NewApiKey = ApiKey.extend({ key: z.string().describe('Shown once, never again') });
export type NewApiKey = z.infer<typeof NewApiKey>;

/** A person as administrators see them. */
export const Person = Account.extend({
  disabled: z.boolean(),
  weight: z.number().describe('Share of the queue relative to others'),
  images: z.int(),
  lastSeenAt: Timestamp.nullable(),
});
export type Person = z.infer<typeof Person>;
export const PersonPatch = z.strictObject({
  role: Role.optional(),
  disabled: z.boolean().optional(),
  weight: z.number().min(0.1).max(100).optional(),
});
export type PersonPatch = z.infer<typeof PersonPatch>;
export const InvitationInput = z.strictObject({
  email: email.optional(),
  role: Role.default('member'),
  expiresInDays: z.int().min(1).max(90).default(14),
});
export const Invitation = z.object({
  id: Id,
  email: z.string().nullable(),
  role: Role,
  createdAt: Timestamp,
  expiresAt: Timestamp,
  usedAt: Timestamp.nullable(),
});
export type Invitation = z.infer<typeof Invitation>;
export const NewInvitation = Invitation.extend({ link: z.string() });
export type NewInvitation = z.infer<typeof NewInvitation>;

export const Settings = z.object({
  siteName: z.string(),
  registration: RegistrationPolicy,
  exploreAudience: z.enum(['members', 'everyone']),
  maxQueuedPerAccount: z.int(),
  trashDays: z.int(),
  liveDrawing: z.boolean().describe('Fast models without a price may draw while somebody types'),
  startingCredits: z.string().describe('What a new account begins with, as a decimal string'),
  marketFeePercent: z.number().describe('What the installation keeps of a sale'),
});
export type Settings = z.infer<typeof Settings>;
export const SettingsPatch = z.strictObject({
  siteName: z.string().trim().min(1).max(60).optional(),
  registration: RegistrationPolicy.optional(),
  exploreAudience: z.enum(['members', 'everyone']).optional(),
  maxQueuedPerAccount: z.int().min(1).max(1_000_000).optional(),
  trashDays: z.int().min(1).max(365).optional(),
  liveDrawing: z.boolean().optional(),
  startingCredits: z
    .string()
    .regex(/^\d{1,9}$/, 'A whole number of credits')
    .optional(),
  marketFeePercent: z.number().min(0).max(90).multipleOf(0.01).optional(),
});
