/** What browsers have and TypeScript's library does not know yet. */
interface Navigator {
  readonly globalPrivacyControl?: boolean;
}
interface Document {
  readonly prerendering?: boolean;
}
interface Window {
  readonly Temporal?: object;
}
declare const Temporal: { readonly Now: { timeZoneId(): string } };
