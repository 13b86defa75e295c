import type { Locale, RegistrationPolicy, Role, Settings } from '@rendermart/contract';
import type { ColumnType, Generated } from 'kysely';

/** The tables of this room, as kysely needs them. Columns that only better-auth writes and nobody reads are left out. A type, for kysely wants an index signature. */
export type AccountsTables = {
  'accounts.people': {
    id: string;
    name: string;
    email: string;
    role: Role;
    locale: Locale | null;
    weight: Generated<number>;
    disabled_at: Date | null;
    closed_at: Date | null;
    last_seen_at: Date | null;
    created_at: Generated<Date>;
    updated_at: Generated<Date>;
  };
  'accounts.credentials': { account_id: string; provider_id: string; password_hash: string | null };
  'accounts.sessions': {
    id: string;
    account_id: string;
    token: string;
    ip_address: string | null;
    user_agent: string | null;
    created_at: Date;
    last_seen_at: Date;
    expires_at: Date;
  };
  'accounts.verifications': { id: string; identifier: string; value: string; expires_at: Date };
  'accounts.api_keys': {
    id: string;
    account_id: string;
    name: string | null;
    start: string | null;
    permissions: string | null;
    last_used_at: Date | null;
    expires_at: Date | null;
    created_at: Date;
  };
  'accounts.invitations': {
    id: string;
    email: string | null;
    role: Role;
    invited_by: string;
    created_at: Date;
    expires_at: Date;
    used_at: Date | null;
    used_by: string | null;
  };
  'accounts.settings': {
    singleton: Generated<boolean>;
    site_name: string;
    registration: RegistrationPolicy;
    explore_audience: Settings['exploreAudience'];
    max_queued_per_account: number;
    trash_days: number;
    live_drawing: boolean;
    starting_credits: ColumnType<number | bigint, bigint, bigint>;
    market_fee_percent: string;
  };
};
