import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import type { ApiFailureCode } from '@rendermart/client';
import type { GenerationFailureCode } from '@rendermart/contract';
import { isFailure } from './client.ts';

/** What happened, what it means, what to do: for every code of the contract. A missing one does not compile. */
export const failureTexts: Record<ApiFailureCode, MessageDescriptor> = {
  // Whether it was done is not known here: the answer alone may have been lost, or a proxy have given up.
  unreachable: msg`RenderMart did not answer. Check your connection. What you were changing may have been done all the same: look before you try again.`,
  malformed_json: msg`The page and the server did not understand each other. Nothing was changed. Load the page again and try once more.`,
  invalid_input: msg`Some values cannot be used. Nothing was changed. Correct them and try again.`,
  body_too_large: msg`This is larger than the server accepts. Nothing was changed. Send less at a time, or a smaller file.`,
  malformed_request: msg`The page and the server did not understand each other. Nothing was changed. Load the page again and try once more.`,
  headers_too_large: msg`The browser sent more with this request than the server accepts. Nothing was changed. Delete this site's cookies, then sign in again.`,
  request_timeout: msg`The request did not reach the server completely in time. Nothing was changed. Check your connection and try again.`,
  unsupported_media_type: msg`This kind of file is not accepted here. Nothing was changed. Use PNG, JPEG, WebP or AVIF.`,
  not_found: msg`There is nothing here, or it is not yours. It may have been deleted.`,
  foreign_origin: msg`The request seemed to come from another site and was refused. Nothing was changed. Open RenderMart itself and try there.`,
  rate_limited: msg`Too many tries in a short time. Nothing was changed. Wait a moment, then try again.`,
  internal: msg`Something went wrong on the server. Try again; if it stays, give the request id to your administrator.`,
  unavailable: msg`The server is starting, stopping, very busy or cannot reach its database. Nothing was changed. Try again in a moment.`,
  idempotency_key_missing: msg`The page and the server did not understand each other. Nothing was changed. Load the page again and try once more.`,
  idempotency_mismatch: msg`This request was already sent with other content. Nothing was sent twice. Try again.`,
  sign_in_required: msg`Your session has ended. Sign in again to go on.`,
  wrong_credentials: msg`The email address or the password is not right. Check both, or reset your password.`,
  wrong_password: msg`The current password is not right. Nothing was changed.`,
  account_disabled: msg`This account is disabled. Ask your administrator to enable it.`,
  not_allowed: msg`Your role does not allow this. Nothing was changed. Ask an administrator.`,
  scope_missing: msg`The API key does not have the scope that this needs. Nothing was changed.`,
  email_taken: msg`There is already an account with this email address. Sign in, or reset its password.`,
  setup_done: msg`This installation already has an administrator. Sign in instead.`,
  registration_closed: msg`New accounts are closed here. Ask the administrator to make one for you.`,
  invitation_needed: msg`A new account needs an invitation here. Ask an administrator for one.`,
  invitation_invalid: msg`This invitation is not valid: it was used, withdrawn, has expired, or is for another address. Ask for a new one.`,
  reset_link_invalid: msg`This link was used or has expired. Your password was not changed. Ask for a new link.`,
  email_mismatch: msg`This is not the email address of the account. Nothing was changed. Type it as the account page shows it.`,
  account_busy: msg`Something of this account is under way: a generation that waits or runs, a payout that is not decided, or a payment that is on its way. Nothing was changed. Wait for it or cancel it, then try again.`,
  balance_moved: msg`The balance is not what was shown any more. Nothing was changed. Look at the new balance and decide again.`,
  last_administrator: msg`This is the last administrator. Nothing was changed. Make somebody else administrator first.`,
  model_unknown: msg`This model does not exist here, or it is switched off. Nothing was charged. Choose another one.`,
  model_retired: msg`This model has reached its end. Nothing was charged. Choose its successor.`,
  no_model: msg`No model is switched on. An administrator can enable one under Administration, Models.`,
  no_upscaler: msg`No upscaler is switched on. An administrator can enable one under Administration, Models.`,
  upscale_too_large: msg`The enlarged image would be larger than allowed. Nothing was charged. Choose a smaller factor.`,
  size_not_supported: msg`The model cannot draw this size. Nothing was charged. Choose one of its sizes.`,
  setting_out_of_range: msg`A setting is outside the range of the model. Nothing was charged. Correct it and try again.`,
  source_image_unsupported: msg`This model only draws from text. Nothing was charged. Remove the source image or choose another model.`,
  live_drawing_off: msg`This model does not draw while you type any more. Nothing was drawn. Press Generate instead.`,
  mask_unsupported: msg`This model draws whole images only. Nothing was charged. Remove the mask or choose another model.`,
  mask_without_source: msg`A mask belongs to a source image. Nothing was charged. Choose the image, or remove the mask.`,
  mask_size_differs: msg`The mask has another size than its image. Nothing was stored. Paint it again.`,
  queue_full: msg`You have as many waiting generations as are allowed here. Nothing was charged. Wait until some are done, or cancel some.`,
  generation_not_cancellable: msg`This generation has already ended.`,
  generation_not_retryable: msg`Only a generation that failed, expired or was cancelled can be tried again.`,
  insufficient_credits: msg`Your credits do not cover this. Nothing was charged. Ask for fewer images, choose another model, or ask your administrator for credits.`,
  payments_off: msg`Credits cannot be bought with money on this installation. Ask its administrator for credits.`,
  payment_unavailable: msg`The payment service does not answer. Nothing was charged. Try again in a moment.`,
  signature_invalid: msg`The signature of this event is not valid.`,
  address_not_allowed: msg`Models may not come from this address. Nothing was downloaded. Use a repository of the hub that is set up here.`,
  repository_unsupported: msg`There is no model here that this installation can draw with. Nothing was downloaded.`,
  hub_unavailable: msg`The hub does not answer as it should. Nothing was downloaded. Try again later.`,
  licence_changed: msg`The licence or the files are not those that were shown. Nothing was downloaded. Look at the offer again.`,
  disk_too_full: msg`The disk has no room for this model. Nothing was downloaded. Free some space first.`,
  adding_models_off: msg`No model can be fetched or imported here: this installation has no folder for added models that it can write. Nothing was downloaded. Give the API and the workers one volume that they share.`,
  download_state: msg`This is not possible any more. Load the page again to see how far it is.`,
  model_is_default: msg`This is the default model. Nothing was changed. Make another one the default first.`,
  already_listed: msg`This image is already offered. Withdraw that listing first.`,
  image_licensed: msg`Licences of this image were sold, so it cannot be sold exclusively any more.`,
  licence_forbids: msg`This image is not yours alone: you have a licence for it, or the same picture was sold exclusively. It can be neither published nor sold.`,
  image_moderated: msg`The moderators took this image off the market: it can be neither offered nor published until they bring it back. Ask your administrator.`,
  image_listed: msg`This image is offered on the market. Withdraw the listing first.`,
  own_listing: msg`This is your own listing.`,
  already_bought: msg`You already have a licence for this image. Nothing was charged.`,
  sold_out: msg`Somebody else was faster: this is sold out. Nothing was charged.`,
  listing_ended: msg`This listing is not offered any more. Nothing was charged.`,
  seller_away: msg`The seller’s account is not active at the moment, so this cannot be bought. Nothing was charged.`,
  price_moved: msg`The price has changed since you saw it. Nothing was charged. Look at the new price and decide again.`,
  already_reported: msg`You have already reported this listing. The moderators will look at it.`,
  already_decided: msg`This was already decided. Load the page again to see how.`,
  engine_unknown: msg`There is no engine with this name in this installation. Nothing was changed.`,
  engine_unavailable: msg`The engine of this model does not answer. Nothing was charged. Try again later or choose another model.`,
  model_exists: msg`There is already a model with this id. Nothing was changed. Choose another id.`,
  image_not_readable: msg`This file is not an image that can be read. Nothing was stored. Use PNG, JPEG, WebP or AVIF.`,
  image_too_large: msg`The image has too many pixels or bytes. Nothing was stored. Make it smaller and try again.`,
  image_trashed: msg`The image is in the trash. Nothing was changed. Restore it first.`,
  collection_exists: msg`You already have a collection with this name. Nothing was changed. Choose another name.`,
  storage_full: msg`There is no space left to store images. Nothing was lost. Tell your administrator.`,
};

/** Why a generation ended without its images. */
export const generationFailureTexts: Record<GenerationFailureCode, MessageDescriptor> = {
  refused_prompt: msg`The model's provider refused this prompt. Nothing was charged for missing images. Change the words and generate again.`,
  refused_output: msg`The model's provider held back the picture after drawing it. Nothing was charged for missing images. Change the prompt and generate again.`,
  rate_limited: msg`The model's provider is getting too many requests. Nothing was charged for missing images. Wait a few minutes, then try again.`,
  no_capacity: msg`The engine has no room for this at the moment. Nothing was charged for missing images. Try again later, or with a smaller size.`,
  provider_credit: msg`The account at the model's provider has run out of credit. Nothing was charged for missing images. Tell your administrator, or choose another model.`,
  invalid_request: msg`The engine did not accept these settings. Nothing was charged for missing images. Change them, or choose another model.`,
  model_retired: msg`The model has reached its end while this was waiting. Nothing was charged for missing images. Choose its successor.`,
  engine_lost: msg`The engine stopped answering while it was drawing. Nothing was charged for missing images. Try again: the seed stays the same.`,
  engine_failed: msg`The engine failed. Nothing was charged for missing images. Try again; if it fails again, tell your administrator.`,
  misconfigured: msg`The engine is not set up correctly. Nothing was charged for missing images. Tell your administrator, or choose another model.`,
  storage_full: msg`There was no space left to store the pictures. Nothing was charged for missing images. Tell your administrator.`,
  expired: msg`It waited too long and was given up. Nothing was charged for missing images. Try again, or choose another model.`,
};

const unexpected = msg`Something unexpected happened in the page. Load it again; if it stays, tell your administrator.`;

/** Turns any thrown value into a sentence for the reader. */
export function useFailureText(): (error: unknown) => string {
  const { i18n } = useLingui();
  return (error) => i18n._(isFailure(error) ? (failureTexts[error.code] ?? failureTexts.internal) : unexpected);
}
