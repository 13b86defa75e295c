import { z } from 'zod';

/** What kind of failure a code is. Only the HTTP edge knows which status each category has. */
export type FailureCategory =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'too_large'
  | 'headers_too_large'
  | 'timed_out'
  | 'unsupported_media'
  | 'rate_limited'
  | 'unavailable'
  | 'internal';

/**
 * Every failure that the API answers, with its category and its English text.
 * A text says what happened, what it means and what to do; the page has the same texts in each language.
 */
export const failures = {
  // The request itself
  malformed_json: {
    category: 'invalid',
    message: 'The body is not valid JSON. Nothing was changed. Check the body and send it again.',
  },
  invalid_input: {
    category: 'invalid',
    message: 'Some values cannot be used. Nothing was changed. Correct the named fields and send again.',
  },
  body_too_large: { category: 'too_large', message: 'The request is larger than allowed. Nothing was changed. Send less.' },
  malformed_request: {
    category: 'invalid',
    message: 'This is not a valid HTTP request. Nothing was changed. Check the program or the proxy that sent it.',
  },
  headers_too_large: {
    category: 'headers_too_large',
    message: 'The address and headers of the request are larger than allowed. Nothing was changed. Send less, or delete cookies.',
  },
  request_timeout: {
    category: 'timed_out',
    message: 'The request did not arrive completely in time. Nothing was changed. Check the connection and send it again.',
  },
  unsupported_media_type: { category: 'unsupported_media', message: 'This kind of content is not accepted here.' },
  not_found: { category: 'not_found', message: 'There is nothing here under this address, or it is not yours.' },
  foreign_origin: {
    category: 'forbidden',
    message: 'The request came from another site and was refused. Open RenderMart itself and try there.',
  },
  rate_limited: { category: 'rate_limited', message: 'Too many tries. Wait a moment, then try again.' },
  internal: {
    category: 'internal',
    message: 'Something went wrong on our side. Try again; if it stays, give the request id to your administrator.',
  },
  unavailable: {
    category: 'unavailable',
    message: 'The service is starting, stopping or cannot reach its database. Try again in a moment.',
  },
  idempotency_key_missing: {
    category: 'invalid',
    message: 'This request needs an Idempotency-Key header, so that a repeated request is not carried out twice.',
  },
  idempotency_mismatch: {
    category: 'conflict',
    message: 'This idempotency key was used for a different request. Use a new key for a new request.',
  },
  // Accounts
  sign_in_required: { category: 'unauthenticated', message: 'Sign in first, or send an API key.' },
  wrong_credentials: { category: 'unauthenticated', message: 'The email address or the password is not right.' },
  wrong_password: { category: 'invalid', message: 'The current password is not right. Nothing was changed.' },
  account_disabled: { category: 'forbidden', message: 'This account is disabled. Ask your administrator.' },
  not_allowed: { category: 'forbidden', message: 'Your role does not allow this.' },
  scope_missing: { category: 'forbidden', message: 'This API key does not have the scope that the request needs.' },
  email_taken: {
    category: 'conflict',
    message: 'There is already an account with this email address. Sign in, or reset its password.',
  },
  email_mismatch: {
    category: 'invalid',
    message: 'This is not the email address of the account. Nothing was changed. Type it as the account page shows it.',
  },
  account_busy: {
    category: 'conflict',
    message:
      'Something of this account is under way: a generation that waits or runs, a payout that is not decided, or a payment that is on its way. Nothing was changed. Wait for it or cancel it, then try again.',
  },
  balance_moved: {
    category: 'conflict',
    message: 'The balance is not what was shown any more. Nothing was changed. Look at the wallet and decide again.',
  },
  setup_done: { category: 'conflict', message: 'This installation already has an administrator. Sign in instead.' },
  registration_closed: { category: 'forbidden', message: 'New accounts are closed on this installation. Ask its administrator.' },
  invitation_needed: { category: 'forbidden', message: 'A new account needs an invitation here. Ask an administrator for one.' },
  invitation_invalid: {
    category: 'invalid',
    message: 'This invitation is not valid: it was used, withdrawn, has expired, or is for another address.',
  },
  reset_link_invalid: { category: 'invalid', message: 'This reset link was used or has expired. Ask for a new one.' },
  last_administrator: { category: 'conflict', message: 'This is the last administrator. Make another one first.' },
  // Generation
  model_unknown: { category: 'invalid', message: 'There is no such model here, or it is switched off. Choose another one.' },
  model_retired: { category: 'conflict', message: 'This model has reached its end. Choose its successor.' },
  no_model: {
    category: 'unavailable',
    message: 'No model is switched on. An administrator can enable one under Administration, Models.',
  },
  no_upscaler: {
    category: 'unavailable',
    message: 'No upscaler is switched on. An administrator can enable one under Administration, Models.',
  },
  upscale_too_large: {
    category: 'invalid',
    message: 'The enlarged image would be larger than allowed. Nothing was queued. Choose a smaller factor.',
  },
  size_not_supported: { category: 'invalid', message: 'The model cannot draw this size. Choose one of its sizes.' },
  setting_out_of_range: { category: 'invalid', message: 'A setting is outside the range of the model.' },
  source_image_unsupported: {
    category: 'invalid',
    message: 'This model only draws from text. Remove the source image or choose another model.',
  },
  live_drawing_off: {
    category: 'conflict',
    message:
      'This model is not drawn with while somebody types: it is too slow for that, has a price, or an administrator switched that off. Nothing was drawn. Ask for a generation instead.',
  },
  mask_unsupported: {
    category: 'invalid',
    message: 'This model draws whole images only. Remove the mask or choose another model.',
  },
  mask_without_source: {
    category: 'invalid',
    message: 'A mask belongs to a source image. Name the image, or leave the mask out.',
  },
  mask_size_differs: {
    category: 'invalid',
    message: 'The mask has another size than its image. Nothing was stored. Send one of the same size.',
  },
  queue_full: {
    category: 'rate_limited',
    message: 'You have as many waiting generations as this installation allows. Wait until some are done.',
  },
  generation_not_cancellable: { category: 'conflict', message: 'This generation has already ended.' },
  generation_not_retryable: {
    category: 'conflict',
    message: 'Only a generation that failed, expired or was cancelled can be tried again.',
  },
  engine_unknown: { category: 'invalid', message: 'There is no engine with this name in this installation.' },
  engine_unavailable: {
    category: 'unavailable',
    message: 'The engine of this model does not answer. Nothing was charged. Try again later or choose another model.',
  },
  model_exists: { category: 'conflict', message: 'There is already a model with this id.' },
  // Downloads
  address_not_allowed: {
    category: 'invalid',
    message: 'Models may not come from this address. Nothing was downloaded. Use a repository of the hub that is configured.',
  },
  repository_unsupported: {
    category: 'invalid',
    message: 'There is no model here that this installation can draw with. Nothing was downloaded.',
  },
  hub_unavailable: {
    category: 'unavailable',
    message: 'The hub does not answer as it should. Nothing was downloaded. Try again later.',
  },
  licence_changed: {
    category: 'conflict',
    message: 'The licence or the files are not those that were shown. Nothing was downloaded. Look at the offer again.',
  },
  disk_too_full: {
    category: 'conflict',
    message: 'The disk has no room for this model. Nothing was downloaded. Free some space first.',
  },
  adding_models_off: {
    category: 'conflict',
    message:
      'No model can be fetched or imported here: this installation has no folder for added models that it can write. Nothing was downloaded. Give the API and the workers one volume that they share (ADDED_MODELS_DIR; on Kubernetes the component models).',
  },
  download_state: { category: 'conflict', message: 'This is not possible any more. Load the page again to see how far it is.' },
  model_is_default: { category: 'conflict', message: 'This is the default model. Make another one the default first.' },
  // Ledger
  insufficient_credits: {
    category: 'conflict',
    message:
      'You do not have enough credits for this. Nothing was charged. Ask an administrator for more, or choose something cheaper.',
  },
  // Payments
  payments_off: {
    category: 'not_found',
    message: 'Credits cannot be bought with money on this installation. Ask its administrator for credits.',
  },
  payment_unavailable: {
    category: 'unavailable',
    message: 'The payment service does not answer. Nothing was charged. Try again in a moment.',
  },
  signature_invalid: { category: 'invalid', message: 'The signature of this event is not valid.' },
  // Market
  already_listed: { category: 'conflict', message: 'This image is already offered. Withdraw that listing first.' },
  image_licensed: {
    category: 'conflict',
    message: 'Licences of this image were sold, so it cannot be sold exclusively any more.',
  },
  licence_forbids: {
    category: 'conflict',
    message:
      'This image is not yours alone: you have a licence for it, or the same picture was sold exclusively. It can be neither published nor sold.',
  },
  image_moderated: {
    category: 'conflict',
    message:
      'The moderators took this image off the market: it can be neither offered nor published until they bring it back. Ask your administrator.',
  },
  image_listed: { category: 'conflict', message: 'This image is offered on the market. Withdraw the listing first.' },
  own_listing: { category: 'conflict', message: 'This is your own listing.' },
  already_bought: { category: 'conflict', message: 'You already have a licence for this image. Nothing was charged.' },
  sold_out: { category: 'conflict', message: 'Somebody else was faster: this is sold out. Nothing was charged.' },
  listing_ended: { category: 'conflict', message: 'This listing is not offered any more. Nothing was charged.' },
  seller_away: {
    category: 'conflict',
    message: 'The seller’s account is not active at the moment, so this cannot be bought. Nothing was charged.',
  },
  price_moved: {
    category: 'conflict',
    message: 'The price has changed since you saw it. Nothing was charged. Look at the new price and decide again.',
  },
  already_reported: { category: 'conflict', message: 'You have already reported this listing. The moderators will look at it.' },
  already_decided: { category: 'conflict', message: 'This was already decided. Load the page again to see how.' },
  // Library
  image_not_readable: { category: 'invalid', message: 'The file is not an image that can be read (PNG, JPEG, WebP or AVIF).' },
  image_too_large: { category: 'too_large', message: 'The image has too many pixels or bytes.' },
  image_trashed: { category: 'conflict', message: 'The image is in the trash. Restore it first.' },
  collection_exists: { category: 'conflict', message: 'You already have a collection with this name.' },
  storage_full: {
    category: 'unavailable',
    message: 'There is no space left to store images. Nothing was lost. Tell your administrator.',
  },
} as const satisfies Record<string, { category: FailureCategory; message: string }>;

export type FailureCode = keyof typeof failures;
export const failureCodes = Object.keys(failures) as [FailureCode, ...FailureCode[]];

/** The body of every answer that is not a success. */
export const FailureBody = z.object({
  error: z.object({
    code: z.enum(failureCodes),
    message: z.string(),
    /** The field at fault, as a path such as `settings.width`; the first of `issues`. */
    field: z.string().optional(),
    issues: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
    retryAfterMs: z.int().optional(),
    requestId: z.string(),
  }),
});
export type FailureBody = z.infer<typeof FailureBody>;
