import { type FailureCode, failures } from '@rendermart/contract';

export interface FailureDetails {
  field?: string;
  issues?: { field: string; message: string }[];
  retryAfterMs?: number;
  /** Replaces the code's general text where a more precise one exists. Never holds a secret or another person's data. */
  message?: string;
  cause?: unknown;
}

/** An expected failure of the contract. Thrown inside a transaction it rolls everything back. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: FailureCode;
  readonly details: FailureDetails;

  constructor(code: FailureCode, details: FailureDetails = {}) {
    super(details.message ?? failures[code].message, { cause: details.cause });
    this.code = code;
    this.details = details;
  }
}

/** States what cannot be otherwise. A violation is a defect of the program, never a person's mistake. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Invariant violated: ${message}`);
}
